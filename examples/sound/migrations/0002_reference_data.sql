-- What every tenant reads and none may change.
CREATE TABLE countries (
	code char(2) PRIMARY KEY,
	name text NOT NULL,
	currency char(3) NOT NULL
);

CREATE TABLE plans (
	code text PRIMARY KEY,
	name text NOT NULL,
	monthly_price_cents integer NOT NULL CHECK (monthly_price_cents >= 0),
	max_projects integer
);

ALTER TABLE countries OWNER TO app_owner;
ALTER TABLE plans OWNER TO app_owner;
GRANT SELECT ON countries, plans TO app_user;

INSERT INTO countries (code, name, currency) VALUES
	('DE', 'Germany', 'EUR'),
	('FR', 'France', 'EUR'),
	('US', 'United States', 'USD');

INSERT INTO plans (code, name, monthly_price_cents, max_projects) VALUES
	('starter', 'Starter', 0, 3),
	('team', 'Team', 4900, NULL);
