/**
 * The container's health check: exits with 0 when the service in this container is ready, else with 1 and the reason.
 * It reads the same HTTP_HOST and HTTP_PORT as the service.
 */
const TIMEOUT_MS = 4_000; // below the time-out of HEALTHCHECK, so that the reason can still be said
const EVERY_ADDRESS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
]);

const host = process.env.HTTP_HOST || '127.0.0.1';
const port = process.env.HTTP_PORT || '3000';
const authority = EVERY_ADDRESS.get(host) ?? (host.includes(':') ? `[${host}]` : host);

try {
  const response = await fetch(`http://${authority}:${port}/health/ready`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) fail((await response.json()).error?.stream?.message ?? `HTTP status ${response.status}`);
} catch (error) {
  fail(error.cause?.message ?? error.message);
}

/** A service that is not there and one that is not ready are the same to whoever looks at the container. */
function fail(reason) {
  console.error(`Not ready: ${reason}`);
  process.exitCode = 1;
}
