import { describe, expect, it } from '@jest/globals';
import { describeSettings } from './describe-settings.js';
import { misspeltVariables } from './misspelt-variables.js';

const KNOWN = describeSettings().map((setting) => setting.name);
const warningsFor = (names: readonly string[]) =>
  misspeltVariables(Object.fromEntries(names.map((name) => [name, 'x'])), KNOWN);

/** What shells, containers, orchestrators, npm, CI and neighbouring programs set. */
const FOREIGN =
  `PATH HOME HOST PORT PWD USER SHELL LANG LC_ALL TERM TZ TMPDIR HOSTNAME LOGNAME EDITOR DISPLAY SHLVL MAIL _
  HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ALL_PROXY HTTPS_PORT HTTPS_HOST FTP_PROXY
  SMTP_HOST SMTP_PORT FTP_HOST FTP_PORT DB_HOST DB_PORT REDIS_HOST REDIS_PORT REDIS_URL APP_PORT API_PORT GRPC_PORT
  KAFKA_HEAP_OPTS KAFKA_OPTS KAFKA_JVM_PERFORMANCE_OPTS KAFKA_LOG4J_OPTS KAFKA_JMX_OPTS KAFKA_JMX_PORT KAFKA_URL
  KAFKA_HOST KAFKA_PORT KAFKA_HOME KAFKA_BROKER_ID KAFKA_NODE_ID KAFKA_LOG_DIRS KAFKA_LISTENERS KAFKA_CLIENT_ID
  KAFKA_SERVICE_HOST KAFKA_SERVICE_PORT KAFKA_PORT_9092_TCP KAFKA_ADVERTISED_LISTENERS KAFKA_VERSION CLUSTER_ID
  NODE_ENV NODE_OPTIONS NODE_PATH NODE_VERSION npm_config_cache npm_lifecycle_event npm_package_name INIT_CWD
  JAVA_HOME JAVA_OPTS JAVA_TOOL_OPTIONS AWS_PROFILE AWS_REGION CI DEBUG FORCE_COLOR NO_COLOR COLORTERM
  LOG_DIR LOG_FILE LOG_PATH LOG_NAME KUBERNETES_PORT KUBERNETES_SERVICE_HOST SSH_AUTH_SOCK XDG_RUNTIME_DIR OLDPWD
  DEDUPE_SECONDS SUMMARY_TOPIC METRICS_TOPIC STATE_STORE STATE_DIR MAX_USERS MAX_DEVICES MAP_LIMIT ADMIN_TOKEN
  ADMIN_TOKEN_FILE SESSION_GAP_SECONDS ANALYTICS_WINDOW_SECONDS SUMMARY_EVERY_MESSAGES METRICS_EVERY_SECONDS`.split(
    /\s+/,
  );

describe('misspeltVariables', () => {
  it.each([
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['KAFKABROKERS', 'KAFKA_BROKERS'],
    ['kafka_brokers', 'KAFKA_BROKERS'],
    ['KAKFA_BROKERS', 'KAFKA_BROKERS'],
    ['KAFKA_GROUPID', 'KAFKA_GROUP_ID'],
    ['INPUT_TOPICS', 'INPUT_TOPIC'],
    ['OUPUT_TOPIC', 'OUTPUT_TOPIC'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['TOPIC', 'TOPICS'],
    ['DELIVRY', 'DELIVERY'],
    ['MAX_MESSAGE_BYTE', 'MAX_MESSAGE_BYTES'],
    ['PRIVACY_KEYFILE', 'PRIVACY_KEY_FILE'],
    ['DEVICE_TYPE', 'DEVICE_TYPES'],
  ])('takes %s for %s', (name, meant) => {
    expect(warningsFor([name])).toEqual([`${name} looks like ${meant}; it is ignored`]);
  });

  it('lets the variables of others alone', () => {
    expect(warningsFor(FOREIGN)).toEqual([]);
  });

  it('lets our own variables and empty ones alone', () => {
    expect(warningsFor(KNOWN)).toEqual([]);
    expect(misspeltVariables({ KAFKA_BROKER: '' }, KNOWN)).toEqual([]);
  });
});
