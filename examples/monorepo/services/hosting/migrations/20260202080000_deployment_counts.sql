-- +goose Up
ALTER TABLE projects ADD COLUMN deployment_count integer NOT NULL DEFAULT 0;

-- +goose StatementBegin
CREATE FUNCTION count_deployment() RETURNS trigger
	LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE projects SET deployment_count = deployment_count + 1 WHERE id = NEW.project_id;
	RETURN NEW;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER deployments_count
	AFTER INSERT ON deployments
	FOR EACH ROW EXECUTE FUNCTION count_deployment();

-- +goose Down
DROP TRIGGER deployments_count ON deployments;
DROP FUNCTION count_deployment();
ALTER TABLE projects DROP COLUMN deployment_count;
