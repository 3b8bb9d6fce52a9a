package cadj.models.interventions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.autograd.graph.Activations;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Each module that a checkpoint's keys name announces its output, once per run, and its input.
@GoldenTest
class EveryModuleTest {
  @Test
  void unet() {
    forEachModel(
        model -> {
          var denoiser = model.denoiser();
          Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(1));
          var text = model.text().encode(List.of("a coat"), 32, 32);
          assertAnnounced(denoiser.parameters().keySet(), () -> denoiser.forward(noise, 501, text));
        });
  }

  /// What is told without the weights is what is computed with them, in that order.
  @Test
  void outputsAreToldWithoutWeights() {
    for (Path folder : Golden.modelFolders()) {
      ModelFiles files = ModelFiles.open(folder);
      TextToImage model = TextToImage.load(files);
      Tensor noise = TextToImage.noise(model.latentShape(2), new TorchGenerator(1));
      var text = model.text().encode(List.of("a coat", "a"), 32, 32);
      SequencedMap<String, Shape> computed = new LinkedHashMap<>();
      Activations.with(
          Activations.observe("**", (key, value) -> computed.put(key, value.shape())),
          () -> model.denoiser().forward(noise, 501, text));
      SequencedMap<String, Shape> told = files.denoiserOutputs(model.latentShape(2));
      assertEquals(List.copyOf(computed.entrySet()), List.copyOf(told.entrySet()));
      Golden.count(1);
    }
  }

  @Test
  void vae() {
    forEachModel(
        model -> {
          var vae = model.vae();
          Tensor latents = TextToImage.noise(model.latentShape(1), new TorchGenerator(1));
          assertAnnounced(vae.parameters().keySet(), () -> vae.encode(vae.decode(latents)).mean());
        });
  }

  @Test
  void textEncoder() {
    for (Path folder : Golden.modelFolders()) {
      var encoder = ModelFiles.open(folder).textEncoder("text_encoder");
      Tensor ids = Tensor.of(new long[] {1, 2, 3}, 1, 3);
      Set<String> keys = new TreeSet<>(encoder.parameters().keySet());
      assertAnnounced(keys, () -> encoder.forward(ids).lastHiddenState());
      Golden.count(1);
    }
  }

  private interface Check {
    void accept(TextToImage model);
  }

  private static void forEachModel(Check check) {
    for (Path folder : Golden.modelFolders()) {
      check.accept(TextToImage.load(ModelFiles.open(folder)));
      Golden.count(1);
    }
  }

  private static void assertAnnounced(Collection<String> parameters, Supplier<Tensor> run) {
    Map<String, Integer> outputs = new HashMap<>();
    Map<String, Integer> inputs = new HashMap<>();
    Activations.with(
        List.of(
            Activations.observe("**", (key, value) -> outputs.merge(key, 1, Integer::sum)),
            Activations.observe("**:input", (key, value) -> inputs.merge(key, 1, Integer::sum))),
        run);
    Set<String> missing = new TreeSet<>();
    for (String module : modules(parameters)) {
      int times = outputs.getOrDefault(module, 0);
      if (times != 1) {
        missing.add(module + " announced " + times + " times");
      }
    }
    for (String layer : layers(parameters)) {
      int times = inputs.getOrDefault(layer + ":input", 0);
      if (times != 1) {
        missing.add(layer + ":input announced " + times + " times");
      }
    }
    assertEquals(Set.of(), missing);
    assertFalse(modules(parameters).isEmpty());
  }

  /// What owns parameters by itself; a table of positions is no layer here, nobody passes it ids.
  private static Set<String> layers(Collection<String> parameters) {
    return parameters.stream()
        .map(EveryModuleTest::parent)
        .filter(layer -> !layer.endsWith("position_embedding"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Layers and all that contains them, but for lists of modules (whose children have numbers) and
  /// what PyTorch calls the text model, whose result is several values.
  private static Set<String> modules(Collection<String> parameters) {
    Set<String> all = new TreeSet<>();
    Set<String> lists = new TreeSet<>(Set.of("text_model"));
    for (String key : parameters) {
      for (String at = parent(key); !at.isEmpty(); at = parent(at)) {
        all.add(at);
        if (Character.isDigit(at.charAt(at.lastIndexOf('.') + 1))) {
          lists.add(parent(at));
        }
      }
    }
    all.removeAll(lists);
    return all;
  }

  private static String parent(String key) {
    int dot = key.lastIndexOf('.');
    return dot < 0 ? "" : key.substring(0, dot);
  }
}
