variable "bootstrap_servers" {
  type        = list(string)
  description = "host:port of brokers."
}

variable "tls_enabled" {
  type    = bool
  default = true
}

variable "principal" {
  type        = string
  default     = "User:login-stream"
  description = "Whom the permissions are for."
}

variable "group" {
  type        = string
  default     = "login-stream"
  description = "The service's KAFKA_GROUP_ID."
}

variable "partitions" {
  type    = number
  default = 6
}

variable "replication_factor" {
  type    = number
  default = 3
}

variable "min_in_sync_replicas" {
  type    = number
  default = 2
}
