/** Settings of a process whose database is not there, with time to stop on a busy machine. */
export const DATABASE_AWAY = {
  DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/nowhere',
  MIGRATE: 'never',
  STOP_TIMEOUT_SECONDS: '10',
}
