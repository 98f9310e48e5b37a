import { secured } from "../../rules/base/examples";

/** Parts of the rules' examples. */

/** A product whose queries alone keep tenants apart. */
export const ORDERS = `CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, encrypted_password text NOT NULL);
CREATE TABLE memberships (
  tenant_id uuid NOT NULL REFERENCES tenants,
  user_id uuid NOT NULL REFERENCES users,
  role text NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE customers (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  email text NOT NULL,
  UNIQUE (tenant_id, id)
);
CREATE TABLE orders (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  customer_id uuid REFERENCES customers,
  number integer NOT NULL,
  total integer NOT NULL,
  UNIQUE (tenant_id, number)
);
CREATE TABLE order_lines (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders, amount integer NOT NULL);
`;

/** The same, where the database keeps them apart. */
export const PROTECTED_ORDERS = `CREATE ROLE app_user;
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
${secured("tenants", "id")}CREATE TABLE orders (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  total integer NOT NULL
);
${secured("orders")}`;
