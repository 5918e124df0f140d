DROP TABLE main_app_attempts;
DROP TABLE main_app_credentials;
DROP TABLE main_app_users;
