package cadj.cad.heatmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.graph.KeyGlob;
import cadj.cad.generate.RowRange;
import cadj.cad.heatmap.HeatMaps.StepHeat;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Against maps that torch computed from the attention probabilities of diffusers' UNet along the
/// same trajectories (`golden/heatmap/record.py`): models of one and two text encoders, layers of
/// different sizes and numbers of heads, words of several tokens and several places.
@GoldenTest
class HeatMapsGoldenTest {
  private static final List<String> WORDS =
      List.of("painting", "of", "sunflowers", "van gogh", "Style");
  private static final double TOLERANCE = 1e-5;

  static Stream<Path> recorded() {
    return Golden.glob("heatmap/*.safetensors").stream();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void mapsOfATrajectory(Path recorded) {
    String name = Golden.name(recorded).replaceFirst(".*/", "").replace(".safetensors", "");
    Path unet = Golden.require(name + "/unet/config.json");
    TextToImage model = TextToImage.load(ModelFiles.open(unet.getParent().getParent()));
    Denoiser denoiser = model.denoiser();
    try (SafetensorsFile expected = Golden.open(recorded);
        SafetensorsFile trajectory =
            Golden.open(Golden.require(name + "/expected/trajectory_ddim_g7.5.safetensors"))) {
      String prompt = trajectory.metadata("prompt");
      List<Phrase> words = WORDS.stream().map(model.text().words(prompt)::find).toList();
      for (Phrase word : words) {
        long[] places = expected.tensor("places/" + word.text()).toLongs();
        assertEquals(
            Arrays.stream(places).boxed().map(Long::intValue).sorted().toList(), word.places());
      }
      List<String> layers = denoiser.crossAttentions();
      assertEquals(Integer.parseInt(expected.metadata("layers")), layers.size());

      HeatMaps all = draw(model, words, layers, RowRange.ALL, true, trajectory, prompt);
      assertEquals(IntStream.rangeClosed(1, 10).boxed().toList(), all.calls());
      assertEquals(
          Integer.parseInt(expected.metadata("heads")),
          all.layers().stream().mapToInt(LayerHeat::heads).sum());
      HeatMaps some = draw(model, words, layers, new RowRange(3, 7), false, trajectory, prompt);
      assertEquals(List.of(3, 4, 5, 6, 7), some.calls());
      assertEquals(0, some.steps().size());
      String key = expected.metadata("layer");
      HeatMaps one =
          draw(
              model,
              words,
              layers.stream().filter(new KeyGlob(key)::matches).toList(),
              RowRange.ALL,
              false,
              trajectory,
              prompt);
      StepHeat fourth = all.steps().get(3);
      assertEquals(4, fourth.call());
      assertEquals(trajectory.tensor("timesteps").toDoubles()[3], fourth.timestep());
      int layer = all.layers().stream().map(LayerHeat::key).toList().indexOf(key);
      for (int i = 0; i < WORDS.size(); i++) {
        String word = "/" + WORDS.get(i);
        assertClose(expected, "word" + word, all.of(i));
        assertClose(expected, "steps-3-7" + word, some.of(i));
        assertClose(expected, "step-4" + word, fourth.maps()[i]);
        assertClose(expected, "layer" + word, all.ofLayer(layer, i));
        assertClose(expected, "layer" + word, one.ofLayer(0, i));
      }
      assertEquals(1, one.layers().size());
    }
  }

  private static HeatMaps draw(
      TextToImage model,
      List<Phrase> words,
      List<String> layers,
      RowRange range,
      boolean perStep,
      SafetensorsFile trajectory,
      String prompt) {
    WatchedDenoiser watched = new WatchedDenoiser(model.denoiser(), words, layers, range, perStep);
    assertThrows(IllegalArgumentException.class, watched::maps);
    model
        .withDenoiser(watched)
        .draw(
            List.of(prompt),
            null,
            trajectory.tensor("latents_init"),
            new TextToImage.Settings(10, 7.5, Scheduler.Kind.DDIM),
            Scheduler.Noise.NONE,
            TextToImage.Progress.NONE);
    return watched.maps();
  }

  private static void assertClose(SafetensorsFile expected, String name, double[] actual) {
    float[] floats = new float[actual.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) actual[i];
    }
    Tensor wanted = expected.tensor(name);
    Golden.assertClose(
        expected.path() + " " + name,
        wanted,
        Tensor.of(floats, wanted.shape().toArray()),
        TOLERANCE);
    Golden.count(1);
  }
}
