package cadj.cad.attribution;

import cadj.models.folder.ModelFolder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The model that a file of expected values belongs to.
final class GoldenModel {
  private static final Map<Path, TextToImage> LOADED = new HashMap<>();

  private GoldenModel() {}

  /// For `<model>/expected/…`; the model's weights lie in another module.
  static TextToImage of(Path expected) {
    String name = Golden.name(expected);
    String model = name.substring(0, name.indexOf('/'));
    Path unet = Golden.require(model + "/unet/config.json");
    return LOADED.computeIfAbsent(
        unet.getParent().getParent(), folder -> TextToImage.load(ModelFolder.open(folder)));
  }

  /// Compares every `grad.<parameter>` of a file with what was computed; `sign` times the engine's.
  static void assertGradients(
      Path path, SafetensorsFile golden, Map<String, Tensor> actual, float sign) {
    boolean xl = golden.path().toString().contains("sdxl");
    for (String key : golden.names()) {
      if (!key.startsWith("grad.")) {
        continue;
      }
      Tensor expected = golden.tensor(key);
      float[] values = actual.get(key.substring("grad.".length())).toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] *= sign;
      }
      Tensor got = Tensor.of(values, expected.shape().toArray());
      String what = Golden.name(path) + " " + key;
      Golden.assertClose(what, expected, got, xl ? 2e-4 : 1e-4);
      Golden.assertL2(what, expected, got, xl ? 1e-4 : 5e-5);
      Golden.count(1);
    }
  }
}
