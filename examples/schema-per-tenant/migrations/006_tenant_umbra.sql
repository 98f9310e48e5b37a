-- The same four tables, copied from the template the way shared.provision_tenant does it.
CREATE SCHEMA tenant_umbra;
INSERT INTO shared.tenants (name, schema_name, plan_code) VALUES ('Umbra Night Clinic', 'tenant_umbra', 'solo');

CREATE TABLE tenant_umbra.owners (LIKE tenant_template.owners INCLUDING ALL);
CREATE TABLE tenant_umbra.patients (LIKE tenant_template.patients INCLUDING ALL);
CREATE TABLE tenant_umbra.appointments (LIKE tenant_template.appointments INCLUDING ALL);
CREATE TABLE tenant_umbra.treatments (LIKE tenant_template.treatments INCLUDING ALL);

ALTER TABLE tenant_umbra.patients
	ADD FOREIGN KEY (owner_id) REFERENCES tenant_umbra.owners (id),
	ADD FOREIGN KEY (species_code) REFERENCES shared.species (code);
ALTER TABLE tenant_umbra.appointments
	ADD FOREIGN KEY (patient_id) REFERENCES tenant_umbra.patients (id) ON DELETE CASCADE;
ALTER TABLE tenant_umbra.treatments
	ADD FOREIGN KEY (appointment_id) REFERENCES tenant_umbra.appointments (id) ON DELETE CASCADE;
