/**
 * Registers the JSON Schemas of a profile's records with a schema registry (Confluent's REST interface, which Karapace and
 * Apicurio have too), one subject for each topic: `<topic>-value`. Needs Node.js only.
 *
 *   SCHEMA_REGISTRY_URL=http://127.0.0.1:8081 node deploy/schema-registry/register.mjs [--check]
 *
 * --check registers nothing: it says whether each schema is compatible with the one that is registered, and exits with 1 if not.
 * The topics are those of the service's own variables (INPUT_TOPIC, OUTPUT_TOPIC, …); an empty one is left out. PROFILE chooses
 * the schemas. SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD, if set, are sent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TIMEOUT_MS = 15_000;
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const schemas = new URL('../../schemas/', import.meta.url);
const { env } = process;

/**
 * Variable that names the topic, its default, the schema of its values, and which changes are refused. FORWARD: readers of the old
 * schema can read what is written by the new one, so fields may be added, not taken away. BACKWARD is the same seen from the
 * input, which others write: what they send today must still be accepted.
 */
const RECORDS = [
  ['INPUT_TOPIC', 'user-login', 'input.schema.json', 'BACKWARD'],
  ['OUTPUT_TOPIC', 'processed-user-login', '<profile>/processed.schema.json', 'FORWARD'],
  ['FILTERED_TOPIC', 'cleaned-data', '<profile>/filtered.schema.json', 'FORWARD'],
  ['ERROR_TOPIC', 'processed-errors', '<profile>/error.schema.json', 'FORWARD'],
  ['SUMMARY_TOPIC', 'summary-output', '<profile>/summary.schema.json', 'FORWARD'],
  ['METRICS_TOPIC', 'metrics-output', '<profile>/metrics.schema.json', 'FORWARD'],
];

const registry = env.SCHEMA_REGISTRY_URL;
if (!registry) fail('SCHEMA_REGISTRY_URL must name the registry, like http://127.0.0.1:8081');
const check = process.argv.includes('--check');

for (const [variable, preset, file, level] of RECORDS) {
  const topic = env[variable] ?? preset;
  const path = fileURLToPath(new URL(file.replace('<profile>', env.PROFILE || 'standard'), schemas));
  if (topic === '' || !existsSync(path)) continue; // switched off, or not written by this profile
  const subject = `${topic}-value`;
  const body = { schemaType: 'JSON', schema: readFileSync(path, 'utf8') };
  console.log(
    `${subject}: ${check ? await compatibility(subject, body) : await register(subject, body, level)}`,
  );
}

async function register(subject, body, level) {
  const config = await call('PUT', `config/${encodeURIComponent(subject)}`, { compatibility: level });
  if (config.status !== 200) fail(`${subject} was not set to ${level}: ${JSON.stringify(config.answer)}`);
  const { status, answer } = await call('POST', `subjects/${encodeURIComponent(subject)}/versions`, body);
  if (status !== 200) fail(`${subject} was not registered: ${JSON.stringify(answer)}`);
  return `schema ${answer.id}, ${level}`;
}

async function compatibility(subject, body) {
  const at = `compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`;
  const { status, answer } = await call('POST', at, body);
  if (status === 404) return 'not registered yet';
  if (status !== 200) fail(`${subject} could not be compared: ${JSON.stringify(answer)}`);
  if (answer.is_compatible) return 'compatible';
  process.exitCode = 1;
  return `NOT compatible: ${(answer.messages ?? []).join('; ')}`;
}

async function call(method, path, body) {
  const headers = { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE };
  if (env.SCHEMA_REGISTRY_USER)
    headers.authorization = `Basic ${Buffer.from(`${env.SCHEMA_REGISTRY_USER}:${env.SCHEMA_REGISTRY_PASSWORD ?? ''}`).toString('base64')}`;
  const url = new URL(path, registry.endsWith('/') ? registry : `${registry}/`);
  const response = await fetch(url, {
    method,
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error) => fail(`${url.origin} does not answer: ${error.cause?.message ?? error.message}`));
  const text = await response.text();
  try {
    return { status: response.status, answer: JSON.parse(text) };
  } catch {
    return fail(`${url.origin} answered ${response.status} with no JSON: is it a schema registry?`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
