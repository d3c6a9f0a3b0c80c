package bleve_test

import (
	"testing"

	"verbatim/index/bleve"
	"verbatim/index/enginetest"
)

func TestContract(t *testing.T) { enginetest.Run(t, bleve.Engine{}) }
