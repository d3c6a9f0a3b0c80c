//go:build faulty

package shared_test

import "testing"

// TestPlantedFaultIsFound plants the fault that the model is to find: go test -tags faulty ./bot/shared.
func TestPlantedFaultIsFound(t *testing.T) {
	t.Setenv("VERBATIM_FAULTY", "no-claim")
	if _, doubled := runModel(t, 1, plans()["nothing wrong"]); doubled == 0 {
		t.Error("questions are not claimed, and none was answered twice")
	}
}
