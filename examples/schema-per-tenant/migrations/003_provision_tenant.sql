-- Makes the schema of a new clinic from the template and enters it in the catalog, all or nothing.
CREATE FUNCTION shared.provision_tenant(tenant_name text, tenant_schema name, plan text DEFAULT 'solo')
	RETURNS uuid
	LANGUAGE plpgsql
	SET search_path = pg_catalog
AS $$
DECLARE
	new_tenant uuid;
	template_table name;
BEGIN
	INSERT INTO shared.tenants (name, schema_name, plan_code)
	VALUES (tenant_name, tenant_schema, plan)
	RETURNING id INTO new_tenant;

	EXECUTE format('CREATE SCHEMA %I', tenant_schema);
	FOREACH template_table IN ARRAY ARRAY['owners', 'patients', 'appointments', 'treatments'] LOOP
		EXECUTE format(
			'CREATE TABLE %1$I.%2$I (LIKE tenant_template.%2$I INCLUDING ALL)',
			tenant_schema, template_table
		);
	END LOOP;
	EXECUTE format(
		'ALTER TABLE %1$I.patients
			ADD FOREIGN KEY (owner_id) REFERENCES %1$I.owners (id),
			ADD FOREIGN KEY (species_code) REFERENCES shared.species (code)',
		tenant_schema
	);
	EXECUTE format(
		'ALTER TABLE %1$I.appointments
			ADD FOREIGN KEY (patient_id) REFERENCES %1$I.patients (id) ON DELETE CASCADE',
		tenant_schema
	);
	EXECUTE format(
		'ALTER TABLE %1$I.treatments
			ADD FOREIGN KEY (appointment_id) REFERENCES %1$I.appointments (id) ON DELETE CASCADE',
		tenant_schema
	);
	RETURN new_tenant;
END
$$;
