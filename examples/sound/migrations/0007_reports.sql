-- security_invoker: the view reads with the rights of who asks, so the tables' policies apply.
CREATE VIEW project_hours WITH (security_invoker = true) AS
SELECT
	projects.organization_id,
	projects.id AS project_id,
	projects.name,
	coalesce(sum(time_entries.minutes), 0) / 60.0 AS hours
FROM projects
LEFT JOIN tasks
	ON tasks.organization_id = projects.organization_id AND tasks.project_id = projects.id
LEFT JOIN time_entries
	ON time_entries.organization_id = tasks.organization_id AND time_entries.task_id = tasks.id
GROUP BY projects.organization_id, projects.id, projects.name;

ALTER VIEW project_hours OWNER TO app_owner;
GRANT SELECT ON project_hours TO app_user;
