import protobuf from 'protobufjs'
import { listen } from './programs.ts'

/** What these tests read of https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/metrics/v1/metrics.proto */
const PROTO = `
syntax = "proto3";
message AnyValue { string string_value = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Point { repeated KeyValue attributes = 7; double as_double = 4; sfixed64 as_int = 6; }
message Gauge { repeated Point data_points = 1; }
message Sum { repeated Point data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message HistogramPoint { repeated KeyValue attributes = 9; fixed64 count = 4; repeated fixed64 bucket_counts = 6; }
message Histogram { repeated HistogramPoint data_points = 1; int32 aggregation_temporality = 2; }
message Metric { string name = 1; string unit = 3; Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message Request { repeated ResourceMetrics resource_metrics = 1; }`
const request = protobuf.parse(PROTO).root.lookupType('Request')

type Attribute = { key: string; value: { stringValue: string } }
type Point = { attributes?: Attribute[]; asInt?: number; asDouble?: number }
type PushedMetric = {
  name: string
  unit?: string
  gauge?: { dataPoints: Point[] }
  sum?: { dataPoints: Point[]; isMonotonic?: boolean; aggregationTemporality: number }
}
type Request = {
  resourceMetrics: {
    resource: { attributes: Attribute[] }
    scopeMetrics: { metrics: PushedMetric[] }[]
  }[]
}

/** One push: what it says of the process, and its metrics. */
export type Push = { resource: Record<string, string>; metrics: PushedMetric[] }

export const attributesOf = (attributes: readonly Attribute[] = []): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

const decode = (body: Uint8Array): Push => {
  const { resourceMetrics } = request.toObject(request.decode(body), {
    longs: Number,
  }) as Request
  return {
    resource: attributesOf(resourceMetrics[0]?.resource.attributes),
    metrics: resourceMetrics.flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics)),
  }
}

/** An OTLP receiver of metrics over HTTP on a free port, answering with this status. */
export const startOtlpReceiver = async (status = 200) => {
  const pushes: Push[] = []
  const { port, close } = await listen(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    pushes.push(decode(Buffer.concat(chunks)))
    response.writeHead(status).end()
  })
  return { pushes, url: `http://127.0.0.1:${port}/v1/metrics`, close }
}
