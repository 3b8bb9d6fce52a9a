package cadj.models.interventions;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static cadj.autograd.ops.Sub.sub;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The Java of `docs/interventions.md` is this test's.
class GuideTest {
  @Test
  void guide() {
    // Block:
    var pipeline = TextToImage.load(ModelFiles.open("fashion"));
    var denoiser = pipeline.denoiser();
    Tensor noise = TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(7));
    var sneaker = pipeline.text().encode(List.of("a sneaker"), 32, 32);
    var coat = pipeline.text().encode(List.of("a coat"), 32, 32);

    Map<String, Tensor> ofCoat = new TreeMap<>();
    Tensor coatNoise =
        Activations.with(
            Activations.observe(
                "**.attn2", (key, value) -> ofCoat.put(key, Scope.outside(value::copy))),
            () -> denoiser.forward(noise, 501, coat));
    Tensor sneakerNoise = denoiser.forward(noise, 501, sneaker);
    Tensor patched =
        Activations.with(
            Activations.replace("down_blocks.1.**.attn2", (key, own) -> ofCoat.get(key)),
            () -> denoiser.forward(noise, 501, sneaker));

    double before = sumSquaredDifference(sneakerNoise, coatNoise).item();
    double after = sumSquaredDifference(patched, coatNoise).item();
    System.out.printf("%.2f of the distance is left%n", after / before);
    // End.
    assertEquals(0.12, after / before, 0.01);

    // Block:
    for (String layer : ofCoat.keySet()) {
      Tensor moved =
          Activations.with(
              Activations.replace(layer, (key, own) -> ofCoat.get(key)),
              () -> denoiser.forward(noise, 501, sneaker));
      double left = sumSquaredDifference(moved, coatNoise).item() / before;
      System.out.printf("%-60s %.2f%n", layer, left);
    }
    // End.
    Tensor all =
        Activations.with(
            Activations.replace("**.attn2", (key, own) -> ofCoat.get(key)),
            () -> denoiser.forward(noise, 501, sneaker));
    assertArrayEquals(coatNoise.toFloats(), all.toFloats());

    // Block:
    Tensor swapped =
        Activations.with(
            List.of(
                Activations.replace("down_blocks.1.**.attn2.to_k:input", (key, own) -> coat.text()),
                Activations.replace(
                    "down_blocks.1.**.attn2.to_v:input", (key, own) -> coat.text())),
            () -> denoiser.forward(noise, 501, sneaker));
    // End.
    // The coat's run has another q there: nearly the patched one, but not the same.
    double left = sumSquaredDifference(swapped, coatNoise).item() / before;
    assertTrue(left > 0 && left < 0.2, "left " + left);
    Tensor everywhere =
        Activations.with(
            List.of(
                Activations.replace("**.attn2.to_k:input", (key, own) -> coat.text()),
                Activations.replace("**.attn2.to_v:input", (key, own) -> coat.text())),
            () -> denoiser.forward(noise, 501, sneaker));
    assertArrayEquals(coatNoise.toFloats(), everywhere.toFloats());

    // Block:
    int token = 2; // the start token, "a", "coat"
    List<float[]> heat = new ArrayList<>();
    Activations.with(
        Activations.observe(
            "up_blocks.1.attentions.1.**.attn2:probabilities",
            (key, p) -> { // [N,heads,pixels,tokens]
              float[] map = new float[p.dim(2)];
              for (int head = 0; head < p.dim(1); head++) {
                for (int pixel = 0; pixel < map.length; pixel++) {
                  map[pixel] += (float) p.get(0, head, pixel, token) / p.dim(1);
                }
              }
              heat.add(map);
            }),
        () -> denoiser.forward(noise, 501, coat));
    // End.
    assertEquals(1, heat.size());
    assertEquals(noise.dim(2) * noise.dim(3), heat.getFirst().length);
    for (float share : heat.getFirst()) {
      assertTrue(share > 0 && share < 1);
    }

    // Block:
    Map<String, double[]> norms = new TreeMap<>();
    Activations.with(
        Activations.observe(
            "**.ff.net.2:input",
            (key, x) -> { // [N,tokens,features]
              float[] values = x.toFloats();
              double[] squares = norms.computeIfAbsent(key, k -> new double[x.dim(-1)]);
              for (int i = 0; i < values.length; i++) {
                squares[i % squares.length] += (double) values[i] * values[i];
              }
            }),
        () -> denoiser.forward(noise, 501, coat));
    // End.
    assertEquals(7, norms.size());
    norms.forEach(
        (key, squares) -> {
          String module = key.substring(0, key.indexOf(':'));
          assertEquals(
              denoiser.parameters().get(module + ".weight").dim(1),
              squares.length,
              "features of x");
        });

    // Block:
    Map<String, Tensor> ofSneaker = new HashMap<>();
    Map<String, Double> estimates = new TreeMap<>();
    Activations.with(
        List.of(
            Activations.observe(
                "**.attn2", (key, value) -> ofSneaker.put(key, Scope.outside(value::copy))),
            Activations.gradientOf(
                "**.attn2",
                (key, gradient) -> {
                  float[] g = gradient.toFloats();
                  float[] own = ofSneaker.get(key).toFloats();
                  float[] other = ofCoat.get(key).toFloats();
                  double sum = 0;
                  for (int i = 0; i < g.length; i++) {
                    sum += g[i] * (other[i] - own[i]);
                  }
                  estimates.put(key, sum);
                })),
        () ->
            Tape.record(
                List.of(),
                tape ->
                    tape.backward(
                        sumSquaredDifference(denoiser.forward(noise, 501, sneaker), coatNoise))));
    // End.
    assertEquals(ofCoat.keySet(), estimates.keySet());
    for (String layer : ofCoat.keySet()) {
      double[] distances = new double[2];
      for (int i = 0; i < 2; i++) {
        float step = i == 0 ? -0.01f : 0.01f; // of the way to the patch
        Tensor near =
            Activations.with(
                Activations.replace(
                    layer, (key, own) -> add(own, scale(sub(ofCoat.get(key), own), step))),
                () -> denoiser.forward(noise, 501, sneaker));
        distances[i] = sumSquaredDifference(near, coatNoise).item();
      }
      double expected = (distances[1] - distances[0]) / 0.02;
      assertEquals(expected, estimates.get(layer), 1e-3 * before, layer);
    }
  }

  @Test
  void standsInTheGuide() throws IOException {
    Path here = Path.of("src/test/java/cadj/models/interventions/GuideTest.java");
    List<String> tested = blocks("(?s)    // Block:\n(.*?)// End.\n", Files.readString(here));
    String guide = Files.readString(Path.of("../docs/interventions.md"));
    assertEquals(6, tested.size());
    assertEquals(tested, blocks("(?s)```java\n(.*?)```\n", guide));
  }

  private static List<String> blocks(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1).stripIndent().strip())
        .toList();
  }
}
