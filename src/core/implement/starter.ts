/**
 * The schema that artifacts are made from where the workspace has none: a small product with each kind of table. It is
 * row-level with a tenant column everywhere, which every strategy can start from.
 */
export const STARTER_SQL = `-- A small product to start from: replace the tables by yours.
CREATE TABLE public.tenants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.plans (
  code text PRIMARY KEY,
  name text NOT NULL
);
COMMENT ON TABLE public.plans IS 'The same for every tenant. @tenancy shared';

CREATE TABLE public.users (
  tenant_id uuid NOT NULL REFERENCES public.tenants (id) ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  email text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email)
);

CREATE TABLE public.projects (
  tenant_id uuid NOT NULL REFERENCES public.tenants (id) ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  owner_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES public.users (tenant_id, id)
);
CREATE INDEX projects_owner_idx ON public.projects (tenant_id, owner_id);

CREATE TABLE public.tasks (
  tenant_id uuid NOT NULL REFERENCES public.tenants (id) ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL,
  title text NOT NULL,
  done boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES public.projects (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX tasks_project_idx ON public.tasks (tenant_id, project_id, created_at);
`;
