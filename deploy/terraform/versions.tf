terraform {
  required_version = ">= 1.6"
  required_providers {
    kafka = {
      source  = "Mongey/kafka"
      version = "~> 0.13"
    }
  }
}

# Where the cluster is and who asks, as variables of the environment: KAFKA_CA_CERT, KAFKA_SASL_USERNAME,
# KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM (docs of the provider).
provider "kafka" {
  bootstrap_servers = var.bootstrap_servers
  tls_enabled       = var.tls_enabled
}
