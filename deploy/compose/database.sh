#!/bin/sh
# Makes the user and the database of OpenPassage. PostgreSQL's image runs it once, as its superuser, when the volume is new.
set -eu

# \getenv, so that the password stands in no list of processes.
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --file - <<'SQL'
\getenv password OPENPASSAGE_PASSWORD
CREATE ROLE openpassage LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE openpassage OWNER openpassage ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE openpassage FROM PUBLIC;
SQL
