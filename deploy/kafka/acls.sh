#!/bin/sh
# Gives the service's user exactly what it needs, with Kafka's own tools. docs/operations/security.md
# KAFKA_BIN: directory of Kafka's tools. BOOTSTRAP: host:port. CONFIG: client properties of an administrator, or empty.
set -eu
: "${BOOTSTRAP:?host:port of a broker}"
principal="${PRINCIPAL:-User:login-stream}"
group="${KAFKA_GROUP_ID:-login-stream}"
input="${INPUT_TOPIC:-user-login}"

allow() {
  "${KAFKA_BIN:+$KAFKA_BIN/}kafka-acls.sh" --bootstrap-server "$BOOTSTRAP" ${CONFIG:+--command-config "$CONFIG"} \
    --add --allow-principal "$principal" "$@"
}

# Read and Write imply Describe.
allow --operation Read --topic "$input"
allow --operation Read --group "$group"
for topic in processed-user-login cleaned-data processed-errors summary-output metrics-output; do
  allow --operation Write --operation DescribeConfigs --topic "$topic"
done
# One id for each partition: <group>-<input topic>-<partition>. Not with DELIVERY=at-least-once.
allow --operation Write --transactional-id "$group-$input-" --resource-pattern-type prefixed
