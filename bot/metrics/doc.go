// Package metrics shows the bot to Prometheus: counts and times of what it does, and its present state.
//
// [All] describes every metric, and is what the metrics are made of; deploy/README.md shows it to people.
// A [Metrics] is a [bot.Watcher], and reads the rest from its [Sources] whenever it is asked. No label holds
// an id or a text, so that the number of series does not grow with users, channels or documents.
package metrics
