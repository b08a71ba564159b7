// Whether requests of OTLP/HTTP are as OpenTelemetry defines them: node otlp_check.cjs DIRECTORY
//
// DIRECTORY holds a file a request, "N-traces.json" or "N-metrics.json". Each is held against the protocol's own
// definitions (the .proto files that come with the npm package @elastic/mockotlpserver), strictly: an unknown field, a
// number out of its range or an id that is not hex is an error. Then that package's receiver gets it by HTTP. Prints
// {"spans":…,"metrics":…} as the receiver understood them; exit 1 with a line for each error.
//
// The rules of the JSON form: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"use strict";

const fs = require("fs");
const path = require("path");
const protobuf = require("protobufjs");
const {getProtoRoot} = require("@elastic/mockotlpserver/lib/proto");
const {MockOtlpServer} = require("@elastic/mockotlpserver");

const REQUESTS = {
  traces: "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest",
  metrics: "opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest",
};
const ID_BYTES = {traceId: 16, spanId: 8, parentSpanId: 8};
const RANGES = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n], uint32: [0n, 2n ** 32n - 1n], fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n], sint64: [-(2n ** 63n), 2n ** 63n - 1n], sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n], fixed64: [0n, 2n ** 64n - 1n],
};

const errors = [];

function checkScalar(field, value, place) {
  const wrong = (what) => errors.push(`${place}: ${what}: ${JSON.stringify(value)}`);
  if (field.name in ID_BYTES) {
    const size = 2 * ID_BYTES[field.name];
    if (typeof value !== "string" || !new RegExp(`^[0-9a-f]{${size}}$`).test(value) || /^0*$/.test(value))
      wrong(`not an id of ${size} hex digits`);
  } else if (field.type in RANGES) {
    const wide = field.type.endsWith("64");
    const written = wide ? typeof value === "string" && /^-?[0-9]+$/.test(value) : Number.isInteger(value);
    if (!written) return wrong(wide ? "not an integer as text" : "not an integer");
    const [least, most] = RANGES[field.type];
    if (BigInt(value) < least || BigInt(value) > most) wrong(`out of the range of ${field.type}`);
  } else if (field.type === "double" || field.type === "float") {
    if (typeof value !== "number") wrong("not a number");
  } else if (field.type === "bool") {
    if (typeof value !== "boolean") wrong("not true or false");
  } else if (field.type === "string") {
    if (typeof value !== "string") wrong("not a text");
  } else {
    wrong(`${field.type} is not known to this check`);
  }
}

function checkValue(field, value, place) {
  if (field.resolvedType instanceof protobuf.Enum) {
    if (!Number.isInteger(value) || !(value in field.resolvedType.valuesById))
      errors.push(`${place}: not a number of ${field.resolvedType.name}: ${JSON.stringify(value)}`);
  } else if (field.resolvedType) {
    checkMessage(field.resolvedType, value, place);
  } else {
    checkScalar(field, value, place);
  }
}

function checkMessage(type, value, place) {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return errors.push(`${place}: not an object`);
  const chosen = {};
  for (const [name, part] of Object.entries(value)) {
    const field = type.fields[name];
    const here = `${place}.${name}`;
    if (!field) {
      errors.push(`${here}: ${type.name} has no such field`);
      continue;
    }
    field.resolve();
    if (field.partOf) {
      const other = chosen[field.partOf.name];
      if (other) errors.push(`${here}: beside ${other}, of which only one may be there`);
      chosen[field.partOf.name] = name;
    }
    if (!field.repeated) checkValue(field, part, here);
    else if (!Array.isArray(part)) errors.push(`${here}: not a list`);
    else part.forEach((element, i) => checkValue(field, element, `${here}[${i}]`));
  }
}

async function main() {
  const received = {spans: 0, metrics: 0};
  const each = (list, key, count) => list.flatMap((part) => part[key]).forEach(count);
  const server = new MockOtlpServer({
    logLevel: "warn",
    services: ["http"],
    httpPort: 0,
    onTrace: (trace) => each(trace.resourceSpans, "scopeSpans", (scope) => (received.spans += scope.spans.length)),
    onMetrics: (reading) =>
      each(reading.resourceMetrics, "scopeMetrics", (scope) => (received.metrics += scope.metrics.length)),
  });
  await server.start();
  const directory = process.argv[2];
  for (const name of fs.readdirSync(directory).sort()) {
    const signal = /-(traces|metrics)\.json$/.exec(name)[1];
    const body = fs.readFileSync(path.join(directory, name), "utf8");
    checkMessage(getProtoRoot().lookupType(REQUESTS[signal]), JSON.parse(body), name);
    const answer = await fetch(new URL(`/v1/${signal}`, server.httpUrl), {
      method: "POST", headers: {"content-type": "application/json"}, body,
    });
    if (answer.status !== 200) errors.push(`${name}: the receiver answered ${answer.status}`);
  }
  await server.close();
  console.log(JSON.stringify(received));
  errors.forEach((error) => console.error(error));
  process.exit(errors.length ? 1 : 0);
}

main();
