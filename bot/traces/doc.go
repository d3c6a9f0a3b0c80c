// Package traces sends the way of each question to an OpenTelemetry collector, by OTLP over HTTP.
//
// A question is one trace. Its root span, "question", lasts from its arrival until it has come to its end;
// under it stands a span for each stage that [bot.Stages] names. Ids of traces are made from the question's
// key, so that a question that is taken up again after a restart goes on in its trace, and whoever has a key
// out of the log finds it: the id is the first half of the key's SHA-256. Spans hold ids, times and
// verdicts, never a text.
//
// The variables that OpenTelemetry specifies say where to and how: OTEL_EXPORTER_OTLP_ENDPOINT, without
// which nothing is sent, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and so on.
// Source: opentelemetry.io, specs/otel/configuration/sdk-environment-variables and protocol/exporter.
package traces
