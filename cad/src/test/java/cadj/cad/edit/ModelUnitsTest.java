package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.cad.edit.Ablation.Count;
import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Which;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Neurons and heads of Stable Diffusion 1, 2 and XL: what is zeroed is what the running model says
/// is one.
@GoldenTest
class ModelUnitsTest {
  private record Model(String name, Denoiser denoiser, Tensor latents, Conditioning text) {
    static Model of(Path folder) {
      TextToImage pipeline = TextToImage.load(ModelFiles.open(folder));
      Tensor noise = TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(1));
      int factor = pipeline.vae().config().downsampleFactor();
      return new Model(
          folder.getFileName().toString(),
          pipeline.denoiser(),
          noise,
          pipeline.text().encode(List.of("a dog"), noise.dim(2) * factor, noise.dim(3) * factor));
    }

    float[] forward(Denoiser edited) {
      return edited.forward(latents, 501, text).toFloats();
    }
  }

  private static List<Model> models() {
    return Golden.modelFolders().stream().map(Model::of).toList();
  }

  @Test
  void attentionsHaveAsManyHeadsAsTheyRun() {
    for (Model model : models()) {
      Map<String, Integer> ran = new LinkedHashMap<>();
      Activations.with(
          Activations.observe("**:probabilities", (key, p) -> ran.put(key, p.dim(1))),
          () -> model.forward(model.denoiser));
      ran.forEach(
          (key, heads) -> {
            String attention = key.substring(0, key.indexOf(':'));
            assertEquals(heads, model.denoiser.heads(attention + ".to_q.weight"), key);
            assertEquals(heads, model.denoiser.heads(attention + ".to_out.0.bias"), key);
          });
      model
          .denoiser
          .parameters()
          .keySet()
          .forEach(
              name ->
                  assertEquals(
                      name.contains(".attn"), model.denoiser.heads(name) > 0, model.name + name));
      Golden.count(ran.size());
    }
  }

  /// A score of 1 at one weight, all else 0.
  static SequencedMap<String, Tensor> scores(
      Denoiser denoiser, Sites sites, String parameter, int index) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    denoiser
        .parameters(List.of(sites))
        .forEach(
            (name, w) -> {
              float[] values = new float[w.elements()];
              if (name.equals(parameter)) {
                values[index] = 1;
              }
              out.put(name, Tensor.of(values, w.shape().toArray()));
            });
    return out;
  }

  private static Denoiser without(Denoiser denoiser, Per per, SequencedMap<String, Tensor> scores) {
    Map<String, int[]> zeroed =
        new Ablation(Which.POSITIVE, per, new Count(1)).select(scores, denoiser::heads);
    return Patch.zeroing(zeroed, denoiser.parameters(), Map.of()).apply(denoiser);
  }

  /// Whatever a zeroed head attends to, the output is the same to the bit; that of the head beside
  /// it matters.
  @Test
  void aZeroedHeadIsNotHeard() {
    for (Model model : models()) {
      String attention = "mid_block.attentions.0.transformer_blocks.0.attn2";
      int heads = model.denoiser.heads(attention + ".to_q.weight");
      assertTrue(heads > 1, "one head tells nothing");
      int head = heads - 1;
      String value = attention + ".to_v.weight";
      Tensor w = model.denoiser.parameters().get(value);
      int row = w.dim(0) - 1; // the last head's last
      Denoiser edited =
          without(
              model.denoiser,
              Per.HEAD,
              scores(model.denoiser, Sites.ATTENTION, value, row * w.dim(1)));
      for (String part : List.of("to_q", "to_k", "to_v")) {
        assertZeros(model, edited, attention + "." + part + ".weight", 1.0 / heads);
      }
      assertZeros(model, edited, attention + ".to_out.0.weight", 1.0 / heads);
      float[] plain = replaced(model, edited, attention, -1);
      assertEquals(
          Arrays.toString(plain), Arrays.toString(replaced(model, edited, attention, head)));
      assertNotEquals(
          Arrays.toString(plain), Arrays.toString(replaced(model, edited, attention, head - 1)));
      Golden.count(1);
    }
  }

  /// The output where one head looks at the last token only; −1 for none, by the same way.
  private static float[] replaced(Model model, Denoiser edited, String attention, int head) {
    return Activations.with(
        Activations.replace(
            attention + ":probabilities",
            (key, p) -> {
              float[] values = p.toFloats();
              int rows = p.dim(2);
              int columns = p.dim(3);
              for (int i = 0; i < values.length; i++) {
                if (i / (rows * columns) == head) {
                  values[i] = i % columns == columns - 1 ? 1 : 0;
                }
              }
              return Tensor.of(values, p.shape().toArray());
            }),
        () -> model.forward(edited));
  }

  private static void assertZeros(Model model, Denoiser edited, String name, double share) {
    int zeros = 0;
    float[] before = model.denoiser.parameters().get(name).toFloats();
    float[] after = edited.parameters().get(name).toFloats();
    for (int i = 0; i < after.length; i++) {
      zeros += before[i] != after[i] ? 1 : 0;
    }
    assertEquals(share * after.length, zeros, name);
  }

  /// The hidden value of a zeroed neuron depends on biases only, and nothing reads it.
  @Test
  void aZeroedNeuronIsNotHeard() {
    for (Model model : models()) {
      String block = "mid_block.attentions.0.transformer_blocks.0.ff";
      String second = block + ".net.2.weight";
      int n = model.denoiser.parameters().get(second).dim(1);
      int neuron = n - 2;
      Denoiser edited =
          without(model.denoiser, Per.NEURON, scores(model.denoiser, Sites.FF, second, n + neuron));
      assertZeros(model, edited, second, 1.0 / n);
      assertZeros(model, edited, block + ".net.0.proj.weight", 1.0 / n);
      boolean[] constant = {true, true, true};
      float[] plain =
          Activations.with(
              Activations.observe(
                  block + ".net.0.proj",
                  (key, x) -> { // [N,T,2n]
                    float[] values = x.toFloats();
                    for (int token = 0; token < values.length; token += 2 * n) {
                      constant[0] &= values[token + neuron] == values[neuron];
                      constant[1] &= values[token + n + neuron] == values[n + neuron];
                      constant[2] &= values[token + neuron + 1] == values[neuron + 1];
                    }
                  }),
              () -> model.forward(edited));
      assertEquals("[true, true, false]", Arrays.toString(constant));
      assertEquals(Arrays.toString(plain), Arrays.toString(moved(model, edited, block, neuron)));
      assertNotEquals(
          Arrays.toString(plain), Arrays.toString(moved(model, edited, block, neuron + 1)));
      Golden.count(1);
    }
  }

  /// The output where one hidden value is 5 everywhere.
  private static float[] moved(Model model, Denoiser edited, String block, int neuron) {
    return Activations.with(
        Activations.replace(
            block + ".net.2:input",
            (key, x) -> {
              float[] values = x.toFloats();
              for (int i = neuron; i < values.length; i += x.dim(-1)) {
                values[i] = 5;
              }
              return Tensor.of(values, x.shape().toArray());
            }),
        () -> model.forward(edited));
  }
}
