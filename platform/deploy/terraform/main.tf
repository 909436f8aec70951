# The cluster of `make cluster`, for those who keep their infrastructure in Terraform: the same script makes it,
# from the same kind-config.yaml and versions.env, and only what Terraform itself has built in is needed.
terraform {
  required_version = ">= 1.4"
}

variable "cluster" {
  description = "Name of the kind cluster"
  type        = string
  default     = "inlet"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,40}$", var.cluster))
    error_message = "The name must be lower-case letters, digits and -."
  }
}

variable "host_port" {
  description = "Port of this machine that leads to the cluster"
  type        = number
  default     = 8080

  validation {
    condition     = var.host_port == floor(var.host_port) && var.host_port >= 1 && var.host_port <= 65535
    error_message = "The port must be a whole number from 1 to 65535."
  }
}

locals {
  script = abspath("${path.module}/../cluster")
}

# Destroying it needs its name still.
resource "terraform_data" "cluster" {
  triggers_replace = {
    cluster   = var.cluster
    host_port = tostring(var.host_port)
    nodes     = filesha256("${path.module}/../../../kind-config.yaml")
    script    = local.script
  }

  provisioner "local-exec" {
    command     = "${self.triggers_replace.script} up"
    environment = { CLUSTER = var.cluster, HOST_PORT = tostring(var.host_port) }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = "${self.triggers_replace.script} down"
    environment = { CLUSTER = self.triggers_replace.cluster }
  }
}

# Brings Knative up to date in the cluster that is there when a version or setting changes.
resource "terraform_data" "knative" {
  triggers_replace = [
    terraform_data.cluster.id,
    filesha256("${path.module}/../versions.env"),
    filesha256("${path.module}/../knative-config.yaml"),
  ]

  provisioner "local-exec" {
    command     = "${local.script} up"
    environment = { CLUSTER = var.cluster, HOST_PORT = tostring(var.host_port) }
  }
}

output "address" {
  description = "Where the cluster answers once something is deployed"
  value       = "http://localhost:${var.host_port}"
}

output "context" {
  description = "The cluster's name for kubectl --context"
  value       = "kind-${var.cluster}"
}
