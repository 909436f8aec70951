-- Run once, when the volume is empty, by the superuser and over the socket.
\getenv owner_password OWNER_PASSWORD
\getenv function_password FUNCTION_PASSWORD
\getenv gateway_password GATEWAY_PASSWORD

-- Makes and changes tables; only the migration Job uses it.
create role inlet_owner login password :'owner_password';
create role inlet_function login password :'function_password';
create role inlet_gateway login password :'gateway_password';

alter database inlet owner to inlet_owner;
revoke all on database inlet from public;
grant connect on database inlet to inlet_function, inlet_gateway;

-- Whatever table a later migration makes, both may read it and add to it; grants.sql says what else.
alter default privileges for role inlet_owner in schema public
  grant select, insert on tables to inlet_function, inlet_gateway;

-- From here on the superuser comes in over the socket only (kubectl exec).
alter role postgres password null;
