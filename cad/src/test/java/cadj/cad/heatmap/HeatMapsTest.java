package cadj.cad.heatmap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.cad.generate.RowRange;
import cadj.cad.heatmap.HeatMaps.StepHeat;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against plain loops over all probabilities of a drawing by the embedded model, of a size whose
/// sides are odd when halved, guided and not.
class HeatMapsTest {
  private static final TextToImage MODEL = TextToImage.load(ModelFiles.open("fashion"));
  private static final String PROMPT = "a photo of a t-shirt, a photo";
  private static final int HEIGHT = 6;
  private static final int WIDTH = 10;

  private static Tensor draw(TextToImage model, double guidance) {
    Tensor noise = TextToImage.noise(Shape.of(1, 4, HEIGHT, WIDTH), new TorchGenerator(3));
    return model.draw(
        List.of(PROMPT),
        List.of("a coat"),
        noise,
        new TextToImage.Settings(3, guidance, Scheduler.Kind.PNDM),
        Scheduler.Noise.NONE,
        TextToImage.Progress.NONE);
  }

  private static WatchedDenoiser watched(List<Phrase> words, RowRange range) {
    return new WatchedDenoiser(
        MODEL.denoiser(), words, MODEL.denoiser().crossAttentions(), range, true);
  }

  /// [call][layer] → probabilities [N][heads][pixels][S]
  private static List<Map<String, Tensor>> recorded(double guidance) {
    List<Map<String, Tensor>> calls = new ArrayList<>();
    String first = "down_blocks.0.attentions.0.transformer_blocks.0.attn2";
    Activations.with(
        Activations.observe(
            "**.attn2:probabilities",
            (key, p) -> {
              String layer = key.replace(":probabilities", "");
              if (layer.equals(first)) {
                calls.add(new LinkedHashMap<>());
              }
              calls.getLast().put(layer, Tensor.of(p.toFloats(), p.shape().toArray()));
            }),
        () -> draw(MODEL, guidance));
    return calls;
  }

  private static double plain(
      List<Map<String, Tensor>> calls, int from, int to, int y, int x, int... places) {
    double sum = 0;
    int number = 0;
    for (int call = from; call < to; call++) {
      for (Tensor p : calls.get(call).values()) {
        int h = p.dim(2) == 60 ? 6 : 3;
        int w = p.dim(2) == 60 ? 10 : 5;
        assertEquals(h * w, p.dim(2));
        for (int head = 0; head < p.dim(1); head++) {
          number++;
          for (int place : places) {
            sum += cubic(p, head, place, h, w, y, x) / places.length;
          }
        }
      }
    }
    return sum / number;
  }

  /// The value at pixel (y, x) of HEIGHT×WIDTH by the kernel's definition.
  private static double cubic(Tensor p, int head, int place, int h, int w, int y, int x) {
    double sy = (y + 0.5) * h / HEIGHT - 0.5;
    double sx = (x + 0.5) * w / WIDTH - 0.5;
    double sum = 0;
    for (int i = (int) Math.floor(sy) - 1; i <= Math.floor(sy) + 2; i++) {
      for (int j = (int) Math.floor(sx) - 1; j <= Math.floor(sx) + 2; j++) {
        int row = Math.min(Math.max(i, 0), h - 1);
        int column = Math.min(Math.max(j, 0), w - 1);
        sum += kernel(sy - i) * kernel(sx - j) * p.get(p.dim(0) - 1, head, row * w + column, place);
      }
    }
    return sum;
  }

  private static double kernel(double at) {
    double d = Math.abs(at);
    if (d <= 1) {
      return 1.25 * d * d * d - 2.25 * d * d + 1;
    }
    return d < 2 ? -0.75 * (d * d * d - 5 * d * d + 8 * d - 4) : 0;
  }

  @Test
  void wholeLayersAndStepsAreSumsOverProbabilities() {
    // start 0, a 1, photo 2, of 3, a 4, t 5, - 6, shirt 7, comma 8, a 9, photo 10
    List<Phrase> words =
        List.of(
            MODEL.text().words(PROMPT).find("photo"),
            MODEL.text().words(PROMPT).find("T-shirt"),
            MODEL.text().words(PROMPT).find("A"));
    int[][] places = {{2, 10}, {5, 6, 7}, {1, 4, 9}};
    for (double guidance : new double[] {7.5, 1}) {
      List<Map<String, Tensor>> calls = recorded(guidance);
      assertEquals(4, calls.size());
      assertEquals(guidance > 1 ? 2 : 1, calls.getFirst().values().iterator().next().dim(0));
      WatchedDenoiser all = watched(words, RowRange.ALL);
      Tensor picture = draw(MODEL.withDenoiser(all), guidance);
      assertArrayEquals(draw(MODEL, guidance).toFloats(), picture.toFloats(), 0f);
      WatchedDenoiser middle = watched(words, new RowRange(2, 3));
      draw(MODEL.withDenoiser(middle), guidance);
      for (int word = 0; word < words.size(); word++) {
        assertEquals(places[word].length, words.get(word).places().size());
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
          int y = i / WIDTH;
          int x = i % WIDTH;
          assertEquals(plain(calls, 0, 4, y, x, places[word]), all.maps().of(word)[i], 1e-9);
          assertEquals(plain(calls, 1, 3, y, x, places[word]), middle.maps().of(word)[i], 1e-9);
          StepHeat third = middle.maps().steps().get(1);
          assertEquals(plain(calls, 2, 3, y, x, places[word]), third.maps()[word][i], 1e-9);
        }
      }
      assertEquals(List.of(2, 3), middle.maps().calls());
      assertArrayEquals(all.maps().of(1), watchedAgain(words, guidance).of(1), 0);
    }
  }

  private static HeatMaps watchedAgain(List<Phrase> words, double guidance) {
    WatchedDenoiser again = watched(words, RowRange.ALL);
    draw(MODEL.withDenoiser(again), guidance);
    return again.maps();
  }

  @Test
  void layersAreInTheOrderInWhichTheyAct() {
    HeatMaps maps = watchedAgain(MODEL.text().words(PROMPT).all(), 7.5);
    List<String> keys = maps.layers().stream().map(LayerHeat::key).toList();
    assertTrue(keys.getFirst().startsWith("down_blocks.0"), keys.toString());
    assertTrue(keys.get(2).startsWith("mid_block"), keys.toString());
    assertTrue(keys.getLast().startsWith("up_blocks.1.attentions.1"), keys.toString());
    WordFigures figures = WordFigures.of(maps, 2);
    double[] map = maps.of(2);
    double mean = 0;
    for (double value : map) {
      mean += value / map.length;
      assertTrue(value <= figures.largest());
    }
    double largest = 0;
    for (int word = 0; word < maps.words().size(); word++) {
      for (double value : maps.of(word)) {
        largest = Math.max(largest, value);
      }
    }
    assertEquals(largest, maps.largest());
    assertEquals(
        largest,
        watchedAgain(MODEL.text().words(PROMPT).all().reversed(), 7.5).largest(),
        "whichever word comes first");
    assertEquals(mean, figures.mean(), 1e-15);
    assertEquals(figures.largest(), map[figures.row() * WIDTH + figures.column()]);
  }

  @Test
  void whatWasNotWatchedHasNoMaps() {
    WatchedDenoiser late = watched(MODEL.text().words(PROMPT).all(), new RowRange(5, 9));
    draw(MODEL.withDenoiser(late), 7.5);
    assertThrows(IllegalArgumentException.class, late::maps);
  }
}
