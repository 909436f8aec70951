-- Run by inlet_owner after every migration. Reading and adding come by default, see roles.sql.
-- A model is registered by whoever serves it first, and described anew by whoever serves it next.
grant update on models, model_versions to inlet_function, inlet_gateway;
-- Retention, and deletion on request.
grant delete on predictions to inlet_gateway;
