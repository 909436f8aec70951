-- Run by inlet_owner after every migration. Reading and adding come by default, see roles.sql.
-- A model is registered by whoever serves it first, and described anew by whoever serves it next.
grant update on models, model_versions to inlet_function, inlet_gateway;
-- Retention, and deletion on request.
grant delete on predictions to inlet_gateway;
-- What somebody says of a prediction goes into its row, and into a history that functions have no part in.
grant update (feedback, feedback_at) on predictions to inlet_gateway;
revoke insert on prediction_feedback from inlet_function;
