package inspection

import "testing"

func TestEveryKindOfAccessHasWords(t *testing.T) {
	for _, kind := range AccessKinds() {
		if !kind.Known() || kind.Words() == "" {
			t.Errorf("%q has none", kind)
		}
	}
	if kind := AccessKind("seen"); kind.Known() || kind.Words() != "" {
		t.Errorf("%q, which is no kind, has %q", kind, kind.Words())
	}
}
