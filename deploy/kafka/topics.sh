#!/bin/sh
# Makes the topics with Kafka's own tools, instead of TOPICS=create. Set TOPICS=verify for the service then.
# KAFKA_BIN: directory of Kafka's tools. BOOTSTRAP: host:port. CONFIG: client properties (TLS, SASL), or empty.
# docs/operations/retention.md says why the times are what they are.
set -eu
: "${BOOTSTRAP:?host:port of a broker}"
replicas="${REPLICAS:-3}"
in_sync="${MIN_IN_SYNC:-2}"

topic() {
  name=$1 retention_ms=$2
  shift 2
  set -- --config "retention.ms=$retention_ms" --config "min.insync.replicas=$in_sync" "$@"
  "${KAFKA_BIN:+$KAFKA_BIN/}kafka-topics.sh" --bootstrap-server "$BOOTSTRAP" ${CONFIG:+--command-config "$CONFIG"} \
    --create --if-not-exists --topic "$name" --partitions "${PARTITIONS:-6}" --replication-factor "$replicas" "$@"
}

day=86400000
topic user-login $((7 * day))
topic processed-user-login $((30 * day))
topic cleaned-data $((7 * day))
# Clear values: the shortest time in which errors are looked at. Room for the original value and a copy to read.
topic processed-errors $((14 * day)) --config max.message.bytes=4194304
topic summary-output $((90 * day))
topic metrics-output $((3 * day))
