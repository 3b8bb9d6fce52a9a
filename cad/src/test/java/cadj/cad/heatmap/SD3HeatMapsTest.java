package cadj.cad.heatmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Activations;
import cadj.cad.generate.RowRange;
import cadj.cad.sd3.SD3Tiny;
import cadj.cad.sd3.SD3Tiny.Form;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Joint attention, in whose probabilities the image comes first and the text behind it.
@GoldenTest
class SD3HeatMapsTest {
  private static final int TEXT = 93; // CLIP's 77, and 16 of T5
  private static final int PIXELS = 6 * 4;

  @ParameterizedTest
  @EnumSource
  void whatPixelsGiveToTheWordOfAllTheyGive(Form form) {
    Denoiser denoiser = form.denoiser();
    List<Phrase> words =
        List.of(new Phrase("one", List.of(2)), new Phrase("of both encoders", List.of(5, 80)));
    List<String> layers = denoiser.textAttentions();
    assertEquals(3, layers.size());
    WatchedDenoiser watched = new WatchedDenoiser(denoiser, words, layers, RowRange.ALL, false);
    List<Tensor> probabilities = new ArrayList<>();
    Tensor noise = TextToImage.noise(Shape.of(2, 16, 12, 8), new TorchGenerator(1));
    try (SafetensorsFile golden = form.expected("erase_loop")) {
      Activations.with(
          Activations.observe(
              "**.attn:probabilities",
              (key, p) -> probabilities.add(Tensor.of(p.toFloats(), p.shape().toArray()))),
          () -> watched.forward(noise, 501, SD3Tiny.conditioning(golden)));
    }
    HeatMaps maps = watched.maps();
    for (int layer = 0; layer < 3; layer++) {
      Tensor p = probabilities.get(layer);
      assertEquals(PIXELS + TEXT, p.dim(2));
      for (int word = 0; word < words.size(); word++) {
        double[] map = maps.ofLayer(layer, word);
        assertEquals(PIXELS, map.length);
        for (int pixel = 0; pixel < PIXELS; pixel++) {
          double sum = 0;
          int number = 0;
          for (int head = 0; head < p.dim(1); head++) {
            for (int place : words.get(word).places()) {
              sum += p.get(1, head, pixel, PIXELS + place); // of the second sample
              number++;
            }
          }
          assertEquals(sum / number, map[pixel], 1e-6, layers.get(layer));
        }
      }
    }
  }
}
