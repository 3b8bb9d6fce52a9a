package cadj.models.sd3;

import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Conditioning;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// A transformer of the golden set: SD3-medium's form or SD3.5-medium's, scaled down.
///
/// @param name its folder
record RecordedTransformer(String name) {
  static final RecordedTransformer SD35 = new RecordedTransformer("transformer_35");

  static Stream<RecordedTransformer> all() {
    return Stream.of(new RecordedTransformer("transformer"), SD35);
  }

  SD3TransformerConfig config() {
    return SD3TransformerConfig.of(
        JsonFile.read(Golden.require("sd3-tiny/%s/config.json".formatted(name))));
  }

  /// All that the file holds.
  SequencedMap<String, Tensor> stored() {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    String file = "sd3-tiny/%s/diffusion_pytorch_model.safetensors".formatted(name);
    try (SafetensorsFile weights = Golden.open(file)) {
      weights.names().forEach(key -> all.put(key, weights.tensor(key)));
    }
    return all;
  }

  SD3Transformer2DModel model() {
    return model(stored(), config());
  }

  static SD3Transformer2DModel model(Map<String, Tensor> tensors, SD3TransformerConfig config) {
    return new SD3Transformer2DModel(Weights.of(tensors), config, PredictionType.FLOW);
  }

  /// What was recorded: `expected(".safetensors")`.
  SafetensorsFile expected(String suffix) {
    return Golden.open("sd3-tiny/expected/" + name + suffix);
  }

  SafetensorsFile erase() {
    return Golden.open("sd3-tiny/expected/cad/%s/erase_single_i1.safetensors".formatted(name));
  }

  static Conditioning conditioning(SafetensorsFile golden) {
    return new Conditioning(
        golden.tensor("encoder_hidden_states"), golden.tensor("pooled_projections"), null);
  }

  @Override
  public String toString() {
    return name;
  }
}
