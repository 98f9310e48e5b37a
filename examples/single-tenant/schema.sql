-- The whole database of one web shop. It is edited in place; a tool compares it with the
-- running database and makes the difference.
CREATE TYPE order_status AS ENUM ('placed', 'paid', 'shipped', 'delivered', 'cancelled');

CREATE TABLE categories (
	id serial PRIMARY KEY,
	parent_id integer REFERENCES categories (id),
	name text NOT NULL,
	slug text NOT NULL UNIQUE
);

CREATE TABLE products (
	id serial PRIMARY KEY,
	name text NOT NULL,
	slug text NOT NULL UNIQUE,
	description text NOT NULL DEFAULT '',
	is_listed boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE product_categories (
	product_id integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
	category_id integer NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
	PRIMARY KEY (product_id, category_id)
);

CREATE TABLE variants (
	id serial PRIMARY KEY,
	product_id integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
	sku text NOT NULL UNIQUE,
	price_cents integer NOT NULL CHECK (price_cents >= 0),
	stock integer NOT NULL DEFAULT 0
);

CREATE TABLE customers (
	id serial PRIMARY KEY,
	email text NOT NULL,
	full_name text NOT NULL,
	registered_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX customers_email_key ON customers (lower(email));

CREATE TABLE addresses (
	id serial PRIMARY KEY,
	customer_id integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
	street text NOT NULL,
	postcode text NOT NULL,
	city text NOT NULL,
	country char(2) NOT NULL
);

CREATE TABLE coupons (
	code text PRIMARY KEY,
	percent_off smallint NOT NULL CHECK (percent_off BETWEEN 1 AND 100),
	valid_until date
);

CREATE TABLE carts (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	customer_id integer REFERENCES customers (id) ON DELETE SET NULL,
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cart_items (
	cart_id uuid NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
	variant_id integer NOT NULL REFERENCES variants (id),
	quantity integer NOT NULL CHECK (quantity > 0),
	PRIMARY KEY (cart_id, variant_id)
);

CREATE TABLE orders (
	id serial PRIMARY KEY,
	customer_id integer NOT NULL REFERENCES customers (id),
	ship_to_id integer NOT NULL REFERENCES addresses (id),
	coupon_code text REFERENCES coupons (code),
	status order_status NOT NULL DEFAULT 'placed',
	placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);

CREATE TABLE order_items (
	order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
	variant_id integer NOT NULL REFERENCES variants (id),
	quantity integer NOT NULL CHECK (quantity > 0),
	price_cents integer NOT NULL,
	PRIMARY KEY (order_id, variant_id)
);

CREATE TABLE shipments (
	id serial PRIMARY KEY,
	order_id integer NOT NULL REFERENCES orders (id),
	carrier text NOT NULL,
	tracking_code text,
	shipped_at timestamptz
);

CREATE TABLE reviews (
	id serial PRIMARY KEY,
	product_id integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
	customer_id integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
	stars smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
	body text,
	UNIQUE (product_id, customer_id)
);

CREATE VIEW best_sellers AS
SELECT variants.product_id, sum(order_items.quantity) AS sold
FROM order_items
JOIN variants ON variants.id = order_items.variant_id
GROUP BY variants.product_id;
