#!/bin/bash
# Runs once, when the database's volume is empty: the roles and the database of docs/operating.md.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=owner_password="$POSTGRES_OWNER_PASSWORD" --set=app_password="$POSTGRES_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role storesync_owner login inherit password :'owner_password' nosuperuser nobypassrls nocreatedb nocreaterole;
create role storesync_app login noinherit password :'app_password' nosuperuser nobypassrls nocreatedb nocreaterole;
create role storesync_identity nologin noinherit;
grant storesync_identity to storesync_app with inherit false, set true;
create database storesync owner storesync_owner template template0 encoding 'UTF8';
revoke all on database storesync from public;
grant connect on database storesync to storesync_app;
SQL
