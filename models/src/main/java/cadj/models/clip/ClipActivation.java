package cadj.models.clip;

import cadj.autograd.ops.Pointwise;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;

/// `hidden_act`: what stands between the two layers of a CLIP MLP.
public enum ClipActivation {
  QUICK_GELU,
  GELU;

  static ClipActivation of(JsonObject json) {
    String name = json.stringOr("hidden_act", "quick_gelu");
    return switch (name) {
      case "quick_gelu" -> QUICK_GELU;
      case "gelu" -> GELU;
      default -> throw json.error("hidden_act", "quick_gelu or gelu", name);
    };
  }

  Tensor apply(Tensor x) {
    return switch (this) {
      case QUICK_GELU -> Pointwise.quickGelu(x);
      case GELU -> Pointwise.gelu(x);
    };
  }
}
