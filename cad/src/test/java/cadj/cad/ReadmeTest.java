package cadj.cad;

import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.folder.ModelFolder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The README's Java is this test's.
class ReadmeTest {
  @Test
  void gradientByOneMatrix() {
    // README:
    var pipeline = TextToImage.load(ModelFolder.open("fashion"));
    var denoiser = pipeline.denoiser();
    Tensor weight =
        denoiser.parameters().get("mid_block.attentions.0.transformer_blocks.0.ff.net.2.weight");
    Tensor noise = TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(7));
    Conditioning sneaker = pipeline.text().encode(List.of("a sneaker"), 32, 32);
    Conditioning nothing = pipeline.text().encode(List.of(""), 32, 32);
    Tensor gradient =
        Tape.record(
            List.of(weight),
            tape -> {
              Tensor with = denoiser.forward(noise, 501, sneaker);
              Tensor without = denoiser.forward(noise, 501, nothing);
              return tape.backward(sumSquaredDifference(with, without)).of(weight);
            });
    // End.
    assertEquals(weight.shape(), gradient.shape());
    float largest = 0;
    for (float g : gradient.toFloats()) {
      largest = Math.max(largest, Math.abs(g));
    }
    assertTrue(largest > 0 && Float.isFinite(largest));
  }

  @Test
  void standsInTheReadme() throws IOException {
    Path here = Path.of("src/test/java/cadj/cad/ReadmeTest.java");
    String source = Files.readString(here);
    String shown =
        source.substring(source.indexOf("// README:\n") + 11, source.indexOf("// End.\n"));
    assertFalse(shown.isBlank());
    String readme = Files.readString(Path.of("../README.md"));
    assertTrue(readme.contains("```java\n" + shown.stripIndent().strip() + "\n```"), shown);
  }
}
