package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.autograd.graph.Activations;
import cadj.cad.edit.Ablation.Count;
import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Which;
import cadj.cad.sd3.SD3Tiny;
import cadj.cad.sd3.SD3Tiny.Form;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Neurons and heads of Stable Diffusion 3's transformers: what is zeroed is what the running model
/// says is one.
@GoldenTest
class SD3UnitsTest {
  private static final String BLOCK = "transformer_blocks.1.";

  private static float[] forward(Denoiser denoiser) {
    try (SafetensorsFile golden = Form.SD3.expected("ablate_erase_forward")) {
      return denoiser
          .forward(golden.tensor("latents"), 501, SD3Tiny.conditioning(golden))
          .toFloats();
    }
  }

  /// The parameters that go with the unit of one scored weight, and how many weights of each.
  private static SequencedMap<String, int[]> unit(
      Denoiser denoiser, Per per, Sites sites, String parameter, int index) {
    return new Ablation(Which.POSITIVE, per, new Count(1))
        .select(ModelUnitsTest.scores(denoiser, sites, parameter, index), denoiser::heads);
  }

  private static Denoiser without(Denoiser denoiser, Map<String, int[]> zeroed) {
    return Patch.zeroing(zeroed, denoiser.parameters(), Map.of()).apply(denoiser);
  }

  /// A row, its bias, and a column; of the image's layer and of the text's.
  @ParameterizedTest
  @CsvSource({"SD3, ff", "SD3, ff_context", "SD35, ff", "SD35, ff_context"})
  void aNeuronIsARowAndAColumn(Form form, String layer) {
    Denoiser denoiser = form.denoiser();
    String ff = BLOCK + layer;
    String second = ff + ".net.2.weight";
    int n = denoiser.parameters().get(second).dim(1);
    int width = denoiser.parameters().get(second).dim(0);
    int neuron = n - 2;
    Map<String, int[]> zeroed = unit(denoiser, Per.NEURON, Sites.ALL, second, n + neuron);
    assertEquals(
        List.of(ff + ".net.0.proj.weight", ff + ".net.0.proj.bias", second),
        List.copyOf(zeroed.keySet()));
    int[] row = new int[width];
    int[] column = new int[width];
    for (int i = 0; i < width; i++) {
      row[i] = neuron * width + i;
      column[i] = i * n + neuron;
    }
    assertArrayEquals(row, zeroed.get(ff + ".net.0.proj.weight"));
    assertArrayEquals(new int[] {neuron}, zeroed.get(ff + ".net.0.proj.bias"));
    assertArrayEquals(column, zeroed.get(second));
    Denoiser edited = without(denoiser, zeroed);
    boolean[] silent = {true, true};
    float[] plain =
        Activations.with(
            Activations.observe(
                ff + ".net.0",
                (key, x) -> {
                  float[] values = x.toFloats();
                  for (int token = 0; token < values.length; token += n) {
                    silent[0] &= values[token + neuron] == 0;
                    silent[1] &= values[token + neuron + 1] == 0;
                  }
                }),
            () -> forward(edited));
    assertArrayEquals(new boolean[] {true, false}, silent);
    assertArrayEquals(plain, moved(edited, ff, neuron));
    assertFalse(Arrays.equals(plain, moved(edited, ff, neuron + 1)));
  }

  /// The output where one hidden value is 5 everywhere.
  private static float[] moved(Denoiser edited, String ff, int neuron) {
    return Activations.with(
        Activations.replace(
            ff + ".net.2:input",
            (key, x) -> {
              float[] values = x.toFloats();
              for (int i = neuron; i < values.length; i += x.dim(-1)) {
                values[i] = 5;
              }
              return Tensor.of(values, x.shape().toArray());
            }),
        () -> forward(edited));
  }

  /// Rows of all six projections, columns of both outputs; the last block has no output for the
  /// text, and a second attention none of its projections.
  @ParameterizedTest
  @CsvSource({
    "SD3, transformer_blocks.1.attn, 8",
    "SD3, transformer_blocks.2.attn, 7",
    "SD35, transformer_blocks.1.attn, 8",
    "SD35, transformer_blocks.0.attn2, 4"
  })
  void aHeadIsThatOfImageAndText(Form form, String attention, int parameters) {
    Denoiser denoiser = form.denoiser();
    int heads = denoiser.heads(attention + ".to_q.weight");
    String value = attention + ".to_v.weight";
    int dim = denoiser.parameters().get(value).dim(0);
    int size = dim / heads;
    Map<String, int[]> zeroed =
        unit(denoiser, Per.HEAD, Sites.ATTENTION, value, (dim - 1) * dim); // the last one's
    assertEquals(parameters, zeroed.size(), zeroed.keySet().toString());
    zeroed.forEach(
        (name, weights) -> {
          boolean isOutput = name.contains("out");
          assertEquals(size * dim, weights.length, name);
          for (int i : weights) {
            assertEquals(heads - 1, (isOutput ? i % dim : i / dim) / size, name);
          }
        });
    Denoiser edited = without(denoiser, zeroed);
    float[] plain = looking(edited, attention, -1);
    assertArrayEquals(plain, looking(edited, attention, heads - 1));
    assertFalse(Arrays.equals(plain, looking(edited, attention, heads - 2)));
  }

  /// The output where one head looks at the last token only; −1 for none, by the same way.
  private static float[] looking(Denoiser edited, String attention, int head) {
    return Activations.with(
        Activations.replace(
            attention + ":probabilities",
            (key, p) -> {
              float[] values = p.toFloats();
              int columns = p.dim(3);
              for (int i = 0; i < values.length; i++) {
                if (i / (p.dim(2) * columns) == head) {
                  values[i] = i % columns == columns - 1 ? 1 : 0;
                }
              }
              return Tensor.of(values, p.shape().toArray());
            }),
        () -> forward(edited));
  }

  @ParameterizedTest
  @EnumSource
  void attentionsHaveAsManyHeadsAsTheyRun(Form form) {
    Denoiser denoiser = form.denoiser();
    Map<String, Integer> ran = new LinkedHashMap<>();
    Activations.with(
        Activations.observe("**:probabilities", (key, p) -> ran.put(key, p.dim(1))),
        () -> forward(denoiser));
    assertEquals(form == Form.SD3 ? 3 : 4, ran.size());
    ran.forEach(
        (key, heads) -> {
          String attention = key.substring(0, key.indexOf(':'));
          assertEquals(heads, denoiser.heads(attention + ".to_q.weight"), key);
        });
  }

  /// All of a module, and the only convolution's filters.
  @Test
  void layersAndFilters() {
    Denoiser denoiser = Form.SD35.denoiser();
    String norm = BLOCK + "norm1_context.linear";
    assertEquals(
        List.of(norm + ".weight", norm + ".bias"),
        List.copyOf(unit(denoiser, Per.LAYER, Sites.NORM, norm + ".weight", 7).keySet()));
    String kernel = "pos_embed.proj.weight";
    int each = denoiser.parameters().get(kernel).elements() / 32;
    Map<String, int[]> filter = unit(denoiser, Per.FILTER, Sites.CONVOLUTION, kernel, 3 * each);
    assertEquals(List.of(kernel), List.copyOf(filter.keySet()));
    assertEquals(3 * each, filter.get(kernel)[0]);
    assertEquals(each, filter.get(kernel).length);
  }
}
