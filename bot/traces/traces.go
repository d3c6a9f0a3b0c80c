package traces

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"verbatim/bot"
)

// Variables of the environment that are looked at here; the exporter looks at more.
const (
	envEndpoint       = "OTEL_EXPORTER_OTLP_ENDPOINT"
	envTracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	envProtocol       = "OTEL_EXPORTER_OTLP_PROTOCOL"
	envTracesProtocol = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
	envDisabled       = "OTEL_SDK_DISABLED"
)

// protocol is the one that is spoken.
const protocol = "http/protobuf"

// stopWithin is how long sending the last spans may take.
const stopWithin = 3 * time.Second

// Traces is a [bot.Watcher] that sends spans in the background.
type Traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// Wanted says that the environment names a collector.
func Wanted() bool {
	return (os.Getenv(envEndpoint) != "" || os.Getenv(envTracesEndpoint) != "") && os.Getenv(envDisabled) != "true"
}

// New makes traces that go where the environment says. The caller must call Stop. An error says what is
// wrong with the environment; that nobody answers there is none, and is logged when spans are sent.
func New(ctx context.Context, version string, log *slog.Logger) (*Traces, error) {
	for _, name := range []string{envTracesProtocol, envProtocol} {
		if p := os.Getenv(name); p != "" && p != protocol {
			return nil, fmt.Errorf("%s is %q: only %s is spoken; a collector listens for it at port 4318", name, p, protocol)
		}
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "verbatim"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, fmt.Errorf("read OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare to send traces to %s: %w", envEndpoint, err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces are not delivered", "error", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about), sdk.WithIDGenerator(ids{}), sdk.WithSampler(sdk.AlwaysSample()))
	return &Traces{provider: provider, tracer: provider.Tracer("verbatim/bot")}, nil
}

// Stop sends what is left and ends the sending.
func (t *Traces) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// Passed implements [bot.Watcher].
func (t *Traces) Passed(s bot.Step) {
	root := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID(s.Key), SpanID: rootID(s.Key), TraceFlags: trace.FlagsSampled, Remote: true})
	ctx := trace.ContextWithRemoteSpanContext(context.Background(), root)
	kind := trace.SpanKindInternal
	if s.Stage == bot.StagePost {
		kind = trace.SpanKindClient
	}
	_, span := t.tracer.Start(ctx, string(s.Stage), trace.WithTimestamp(s.Begun), trace.WithSpanKind(kind))
	if s.Failed {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(s.Ended))
}

// Ended implements [bot.Watcher].
func (t *Traces) Ended(e bot.End) {
	_, span := t.tracer.Start(context.WithValue(context.Background(), keyOf{}, e.Key), "question", trace.WithNewRoot(),
		trace.WithTimestamp(e.Received), trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
			attribute.String("verbatim.key", e.Key), attribute.String("verbatim.way", string(e.Kind)),
			attribute.StringSlice("verbatim.verdicts", e.Verdicts)))
	for _, verdict := range e.Verdicts {
		if verdict == bot.EndFault || verdict == bot.EndUndelivered || verdict == bot.EndExpired {
			span.SetStatus(codes.Error, verdict)
		}
	}
	span.End(trace.WithTimestamp(e.At))
}

// Called implements [bot.Watcher]. Calls are not of one question alone, and so are no spans.
func (t *Traces) Called(bot.Call) {}

// keyOf is the key of a question in a context.
type keyOf struct{}

// ids makes the ids of spans.
type ids struct{}

// NewIDs implements [sdk.IDGenerator] for root spans.
func (ids) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	key, _ := ctx.Value(keyOf{}).(string)
	return traceID(key), rootID(key)
}

// NewSpanID implements [sdk.IDGenerator] for the others.
func (ids) NewSpanID(context.Context, trace.TraceID) (id trace.SpanID) {
	for i := range id {
		id[i] = byte(rand.Uint32N(256))
	}
	id[0] |= 1 // an id of zeros is none
	return id
}

// traceID is the id of a question's trace.
func traceID(key string) (id trace.TraceID) {
	sum := sha256.Sum256([]byte(key))
	copy(id[:], sum[:])
	return id
}

// rootID is the id of its root span.
func rootID(key string) (id trace.SpanID) {
	sum := sha256.Sum256([]byte(key))
	copy(id[:], sum[len(trace.TraceID{}):])
	return id
}
