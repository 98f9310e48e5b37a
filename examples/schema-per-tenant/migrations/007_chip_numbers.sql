-- A new column goes to the template and to every clinic alike.
ALTER TABLE tenant_template.patients ADD COLUMN chip_number text;
ALTER TABLE tenant_acme.patients ADD COLUMN chip_number text;
ALTER TABLE tenant_globex.patients ADD COLUMN chip_number text;
ALTER TABLE tenant_umbra.patients ADD COLUMN chip_number text;
