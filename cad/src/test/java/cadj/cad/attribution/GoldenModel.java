package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.PublishedAblation;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

/// The model that a file of expected values belongs to.
final class GoldenModel {
  private static final Map<Path, TextToImage> LOADED = new ConcurrentHashMap<>();

  private GoldenModel() {}

  /// For `<model>/expected/…`; the model's weights lie in another module.
  static TextToImage of(Path expected) {
    String name = Golden.name(expected);
    String model = name.substring(0, name.indexOf('/'));
    Path unet = Golden.require(model + "/unet/config.json");
    return LOADED.computeIfAbsent(
        unet.getParent().getParent(), folder -> TextToImage.load(ModelFiles.open(folder)));
  }

  /// Compares norm, sum and largest entry of every parameter's gradient with the file's
  /// `…_grad_stats.json`, if there is one.
  static void assertStatistics(Path path, Map<String, Tensor> actual, float sign) {
    String stats = Golden.name(path).replaceAll("\\.\\w+$", "_grad_stats.json");
    Optional<Path> found = Golden.find(stats);
    if (found.isEmpty()) {
      return;
    }
    JsonObject json = JsonFile.read(found.get());
    assertEquals(json.keys(), actual.keySet(), stats);
    for (String name : json.keys()) {
      JsonObject expected = json.object(name);
      double[] values = actual.get(name).toDoubles();
      double norm = expected.number("l2");
      double largest = expected.number("absmax");
      double sum = Arrays.stream(values).map(v -> v * v).sum();
      String what = stats + " " + name;
      assertEquals(norm, Math.sqrt(sum), 5e-5 * norm, what);
      assertEquals(
          largest, Arrays.stream(values).map(Math::abs).max().orElse(0), 1e-4 * largest, what);
      // a sum is off by no more than the relative L2 error times the norm times √n (Cauchy,
      // Schwarz)
      assertEquals(
          expected.number("sum"),
          sign * Arrays.stream(values).sum(),
          5e-5 * norm * Math.sqrt(values.length),
          what);
      Golden.count(1);
    }
  }

  /// Counts the weights that an ablation by these gradients treats otherwise than the published one
  /// did, over all cases of the objective's masks; a handful lie too near to the cut to tell.
  static void assertMasks(Path path, TextToImage model, Map<String, Tensor> gradients, float sign) {
    // erase_loop.safetensors, amplify.safetensors → ablate_erase, ablate_amplify
    String name = Golden.name(path).replaceFirst("(erase|amplify)(_loop)?\\.\\w+$", "ablate_$1");
    Optional<Path> cases = Golden.find(name + ".json");
    Optional<Path> masks = Golden.find(name + "_masks.safetensors");
    if (cases.isEmpty() || masks.isEmpty()) {
      return;
    }
    JsonObject json = JsonFile.read(cases.get());
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    for (String parameter : json.list("ff_params").strings()) {
      Tensor w = model.denoiser().parameters().get(parameter);
      scores.put(parameter, scale(mul(w, gradients.get(parameter)), sign));
    }
    int flipped = 0;
    try (SafetensorsFile golden = Golden.open(masks.get())) {
      for (JsonObject entry : json.list("cases").objects()) {
        Map<String, int[]> zeroed = PublishedAblation.of(entry).select(scores);
        for (String parameter : scores.keySet()) {
          boolean[] kept =
              PublishedAblation.kept(
                  golden.tensor(entry.string("key") + "/" + parameter).toLongs());
          for (int i : zeroed.getOrDefault(parameter, new int[0])) {
            kept[i] = !kept[i]; // what both zero is now kept
          }
          for (int i = 0; i < scores.get(parameter).elements(); i++) {
            flipped += kept[i] ? 0 : 1;
          }
        }
        Golden.count(1);
      }
    }
    assertTrue(flipped <= 10, name + ": " + flipped + " bits differ");
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
