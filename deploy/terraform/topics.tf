# docs/operations/retention.md says why the times are what they are.
locals {
  input = "user-login"

  # Days that records are kept, and what else a topic needs.
  outputs = {
    "processed-user-login" = { days = 30, config = {} }
    "cleaned-data"         = { days = 7, config = {} }
    # Room for the original value and a copy to read: four times MAX_MESSAGE_BYTES.
    "processed-errors" = { days = 14, config = { "max.message.bytes" = "4194304" } }
    "summary-output"   = { days = 90, config = {} }
    "metrics-output"   = { days = 3, config = {} }
  }

  topics = merge(local.outputs, { (local.input) = { days = 7, config = {} } })
}

resource "kafka_topic" "this" {
  for_each           = local.topics
  name               = each.key
  partitions         = var.partitions
  replication_factor = var.replication_factor

  config = merge(
    {
      "retention.ms"        = tostring(each.value.days * 86400000)
      "min.insync.replicas" = tostring(var.min_in_sync_replicas)
    },
    each.value.config,
  )

  lifecycle {
    # A topic that is made again has other records under the same offsets.
    prevent_destroy = true
  }
}
