-- The pattern of a clinic's schema. It holds no rows; new clinics are copies of it.
CREATE SCHEMA tenant_template;
SET search_path TO tenant_template;

CREATE TABLE owners (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	full_name text NOT NULL,
	phone text NOT NULL
);

CREATE TABLE patients (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner_id bigint NOT NULL REFERENCES owners (id),
	species_code text NOT NULL REFERENCES shared.species (code),
	name text NOT NULL,
	born_on date
);
CREATE INDEX patients_owner_id_idx ON patients (owner_id);

CREATE TABLE appointments (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	patient_id bigint NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
	starts_at timestamptz NOT NULL,
	reason text
);
CREATE INDEX appointments_patient_id_idx ON appointments (patient_id, starts_at);

CREATE TABLE treatments (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	appointment_id bigint NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
	description text NOT NULL,
	price_cents integer NOT NULL CHECK (price_cents >= 0)
);
CREATE INDEX treatments_appointment_id_idx ON treatments (appointment_id);

RESET search_path;
