# Exactly what the service needs: docs/operations/security.md. Read and Write imply Describe.
locals {
  acls = concat(
    [
      { type = "Topic", name = local.input, pattern = "Literal", operation = "Read" },
      { type = "Group", name = var.group, pattern = "Literal", operation = "Read" },
      { type = "TransactionalID", name = "${var.group}-${local.input}-", pattern = "Prefixed", operation = "Write" },
    ],
    [for topic in keys(local.outputs) : { type = "Topic", name = topic, pattern = "Literal", operation = "Write" }],
    [for topic in keys(local.outputs) : { type = "Topic", name = topic, pattern = "Literal", operation = "DescribeConfigs" }],
  )
}

resource "kafka_acl" "this" {
  for_each = { for acl in local.acls : "${acl.type} ${acl.name} ${acl.operation}" => acl }

  resource_type                = each.value.type
  resource_name                = each.value.name
  resource_pattern_type_filter = each.value.pattern
  acl_principal                = var.principal
  acl_host                     = "*"
  acl_operation                = each.value.operation
  acl_permission_type          = "Allow"
}
