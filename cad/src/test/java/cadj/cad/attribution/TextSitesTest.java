package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Add;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scores of text encoders: gradients through the encoder against the same sums written out, and
/// against difference quotients; on models with one encoder and with two.
class TextSitesTest {
  private static final List<String> PROMPTS = List.of("a red cube", "two dogs on a beach");
  private static final String BASE = "a photo";
  private static final int STEPS = 2;

  private static TextToImage model(String name) {
    Path config = Golden.require(name + "/unet/config.json");
    return TextToImage.load(ModelFiles.open(config.getParent().getParent()));
  }

  private static ModelFiles files(String name) {
    return ModelFiles.open(Golden.require(name + "/unet/config.json").getParent().getParent());
  }

  private static AttributionSettings settings(ObjectiveKind objective, Mode mode, Sites... sites) {
    return new AttributionSettings(
        "concept",
        PROMPTS,
        objective == ObjectiveKind.ERASE ? BASE : "",
        objective,
        mode,
        new FirstOrder(),
        new ScoredSteps(Scheduler.Kind.DDIM, 4, STEPS),
        1,
        3,
        5,
        List.of(sites));
  }

  private static Inputs inputs(TextToImage model) {
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(3));
    return new Inputs(noise, Map.of());
  }

  private static Attribution attribution(String name, ObjectiveKind objective, Sites... sites) {
    TextToImage model = model(name);
    return settings(objective, Mode.CORRECTED, sites)
        .attribution(files(name), model, inputs(model), null);
  }

  /// The points of a run that scores the denoiser alone, which [PlainLoopTest] knows.
  private static List<Point> plainPoints(TextToImage model, String name, ObjectiveKind objective) {
    Points points =
        settings(objective, Mode.CORRECTED, Sites.FF)
            .attribution(files(name), model, inputs(model), null)
            .points();
    List<Point> out = new ArrayList<>();
    for (int trajectory = 0; trajectory < points.trajectories(); trajectory++) {
      Supplier<Point> walk = points.trajectory(trajectory, 0);
      for (int i = 0; i < points.pointsPerTrajectory(); i++) {
        out.add(walk.get());
      }
    }
    return out;
  }

  /// J at a point with these text encoders.
  private static Tensor j(
      TextToImage model, TextEncoder text, Point point, ObjectiveKind objective) {
    int factor = model.vae().config().downsampleFactor();
    Conditioning concept =
        text.encode(
            List.of(PROMPTS.get(point.trajectory())),
            point.latents().dim(2) * factor,
            point.latents().dim(3) * factor);
    Tensor with = model.denoiser().forward(point.latents(), point.timestep(), concept);
    return switch (objective) {
      case ERASE -> sumSquaredDifference(point.target(), with);
      case AMPLIFY -> scale(mseLoss(with, point.target()), -1);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1-tiny", "sdxl-tiny"})
  void gradientsAreThoseOfTheWholeNetwork(String name) {
    for (ObjectiveKind objective : ObjectiveKind.values()) {
      TextToImage model = model(name);
      SequencedMap<String, Tensor> parameters = model.text().parameters();
      Map<String, double[]> expected = new LinkedHashMap<>();
      double total = 0;
      for (Point point : plainPoints(model, name, objective)) {
        total +=
            Tape.record(
                parameters.values(),
                tape -> {
                  Tensor value = j(model, model.text(), point, objective);
                  Gradients gradients = tape.backward(value);
                  parameters.forEach(
                      (key, w) -> {
                        Tensor g = gradients.reached(w) ? gradients.of(w) : scale(w, 0);
                        add(expected, key, w, g, PROMPTS.size());
                      });
                  return value.item();
                });
      }
      Attribution run = attribution(name, objective, Sites.TEXT_ALL, Sites.FF);
      AttributionResult found = run.run(true, Attribution.Progress.NONE);
      assertEquals(
          total / PROMPTS.size(),
          found.objectives()[0] + found.objectives()[1],
          1e-4 * Math.abs(total));
      int zero = 0;
      for (String key : parameters.keySet()) {
        double[] scores = found.scores().get(key).toDoubles();
        if (largest(expected.get(key)) == 0) {
          assertEquals(0, largest(scores), key);
          zero++;
        } else if (!key.endsWith("k_proj.bias")) { // whose gradient is rounding alone
          PlainLoopTest.assertClose(key, expected.get(key), scores);
        }
      }
      // XL takes the last but one state: the first encoder's last layer and final norm give nothing
      assertEquals(name.equals("sdxl-tiny") ? 16 + 2 : 0, zero);
      assertTrue(largest(found.scores().lastEntry().getValue().toDoubles()) > 0);
    }
  }

  private static void add(
      Map<String, double[]> sums, String key, Tensor w, Tensor gradient, int divisor) {
    float[] weights = w.toFloats();
    float[] g = gradient.toFloats();
    double[] sum = sums.computeIfAbsent(key, k -> new double[g.length]);
    for (int i = 0; i < g.length; i++) {
      sum[i] += (double) weights[i] * g[i] / divisor;
    }
  }

  private static double largest(double[] values) {
    double out = 0;
    for (double value : values) {
      out = Math.max(out, Math.abs(value));
    }
    return out;
  }

  /// (J(w + h·d) − J(w − h·d))/2h of the plain sum, without any tape, in the direction of steepest
  /// ascent that the scored gradients say.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sd1-tiny text_encoder.text_model.embeddings.token_embedding.weight",
        "sd1-tiny text_encoder.text_model.encoder.layers.0.mlp.fc1.weight",
        "sd1-tiny text_encoder.text_model.encoder.layers.2.self_attn.v_proj.weight",
        "sd1-tiny text_encoder.text_model.final_layer_norm.bias",
        "sdxl-tiny text_encoder.text_model.encoder.layers.1.mlp.fc2.weight",
        "sdxl-tiny text_encoder_2.text_model.encoder.layers.0.self_attn.out_proj.weight",
        "sdxl-tiny text_encoder_2.text_projection.weight"
      })
  void gradientsAreDifferenceQuotients(String sample) {
    String name = sample.substring(0, sample.indexOf(' '));
    String key = sample.substring(sample.indexOf(' ') + 1);
    Attribution run = attribution(name, ObjectiveKind.ERASE, Sites.TEXT_ALL);
    Tensor gradient = run.run(true, Attribution.Progress.NONE).sums().get("grad").get(key);
    double norm = Math.sqrt(square(gradient.toDoubles()));
    TextToImage model = model(name);
    List<Point> points = plainPoints(model, name, ObjectiveKind.ERASE);
    Tensor w = model.text().parameters().get(key);
    Function<Double, Double> along =
        step -> {
          Map<String, Tensor> moved = new LinkedHashMap<>(model.text().parameters());
          moved.put(key, Add.add(w, scale(gradient, (float) (step / norm))));
          TextEncoder text = model.text().with(moved);
          return points.stream()
                  .mapToDouble(point -> j(model, text, point, ObjectiveKind.ERASE).item())
                  .sum()
              / PROMPTS.size();
        };
    double h = 0.02;
    double quotient = (along.apply(h) - along.apply(-h)) / (2 * h);
    assertEquals(norm, quotient, 0.01 * norm, "norm of the gradient, and the slope along it");
  }

  private static double square(double[] values) {
    double out = 0;
    for (double value : values) {
      out += value * value;
    }
    return out;
  }

  /// Scores of the denoiser, the points and J are the same whether encoders are scored or not; and
  /// only what is asked for is watched.
  @Test
  void theDenoisersScoresAreTheSame() {
    Attribution both =
        attribution("sd1-tiny", ObjectiveKind.ERASE, Sites.FF, Sites.TEXT_FF, Sites.TEXT_ATTENTION);
    Attribution denoiser = attribution("sd1-tiny", ObjectiveKind.ERASE, Sites.FF);
    Attribution text = attribution("sd1-tiny", ObjectiveKind.ERASE, Sites.TEXT_FF);
    AttributionResult all = both.run(false, Attribution.Progress.NONE);
    AttributionResult of = denoiser.run(false, Attribution.Progress.NONE);
    AttributionResult alone = text.run(false, Attribution.Progress.NONE);
    assertArrayEquals(of.objectives(), all.objectives());
    of.scores()
        .forEach(
            (key, scores) ->
                assertArrayEquals(scores.toFloats(), all.scores().get(key).toFloats(), key));
    alone
        .scores()
        .forEach(
            (key, scores) ->
                assertArrayEquals(scores.toFloats(), all.scores().get(key).toFloats(), key));
    assertEquals(6, alone.scores().size());
    assertTrue(alone.scores().keySet().stream().allMatch(TextEncoder::isParameter));
    assertEquals(of.scores().size() + 6 + 12, all.scores().size());
    assertEquals("ff,text-ff,text-attention", both.identity().get("sites"));
    assertEquals(files("sd1-tiny").textEncodersHash(), text.identity().get("text_encoders_sha256"));
    assertTrue(!denoiser.identity().containsKey("text_encoders_sha256"));
  }

  @ParameterizedTest
  @EnumSource
  void everySiteIsOfOneNetwork(Sites site) {
    TextToImage model = model("sdxl-tiny");
    SequencedMap<String, Tensor> named =
        PromptedDenoiser.of(model, PROMPTS).parameters(List.of(site));
    assertTrue(!named.isEmpty(), site.toString());
    named.forEach(
        (key, w) -> {
          assertEquals(site.isOfText(), TextEncoder.isParameter(key), key);
          String pattern =
              switch (site) {
                case TEXT_FF -> ".*\\.mlp\\.fc[12]\\.weight";
                case TEXT_ATTENTION -> ".*\\.self_attn\\.(q|k|v|out)_proj\\.weight";
                case TEXT_NORM -> ".*layer_norm[12]?\\.(weight|bias)";
                case TEXT_EMBEDDINGS -> ".*\\.(token|position)_embedding\\.weight";
                case TEXT_ALL, FF, ATTENTION, CONVOLUTION, NORM, ALL -> ".*";
              };
          assertTrue(key.matches(pattern), key);
        });
    if (site == Sites.TEXT_ALL) {
      assertEquals(model.text().parameters(), named);
    }
  }

  @Test
  void theReferenceScoresNoText() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> settings(ObjectiveKind.ERASE, Mode.REFERENCE, Sites.FF, Sites.TEXT_FF));
    assertEquals(
        "sites: reference mode scores the denoiser only, as the published code does, got text-ff",
        e.getMessage());
  }
}
