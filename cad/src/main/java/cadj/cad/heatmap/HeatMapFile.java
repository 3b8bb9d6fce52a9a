package cadj.cad.heatmap;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;

/// Heat maps as numbers: one safetensors file.
///
/// Tensors, all F64: `word/<word>` [h,w] at the latents' size; where kept, `layer/<key>/<word>` at
/// the layer's own size and `step/<number>/<word>` [h,w]. Values are mean probabilities. Metadata:
/// `kind` = `heatmap`, and what the picture was drawn from.
public final class HeatMapFile {
  /// Value of the metadata `kind`.
  public static final String KIND = "heatmap";

  private HeatMapFile() {}

  /// @param perLayer whether each layer's maps are written too
  /// @param text how the picture was drawn
  public static void write(Path file, HeatMaps maps, boolean perLayer, Map<String, String> text) {
    SafetensorsWriter writer = new SafetensorsWriter();
    text.forEach(writer::metadata);
    writer.metadata("kind", KIND);
    for (int word = 0; word < maps.words().size(); word++) {
      String name = maps.words().get(word).text();
      writer.add("word/" + name, Tensor.of(maps.of(word), maps.height(), maps.width()));
      for (int i = 0; perLayer && i < maps.layers().size(); i++) {
        LayerHeat layer = maps.layers().get(i);
        writer.add(
            "layer/" + layer.key() + "/" + name,
            Tensor.of(maps.ofLayer(i, word), layer.height(), layer.width()));
      }
      for (HeatMaps.StepHeat step : maps.steps()) {
        writer.add(
            "step/" + step.call() + "/" + name,
            Tensor.of(step.maps()[word].clone(), maps.height(), maps.width()));
      }
    }
    writer.write(file);
  }
}
