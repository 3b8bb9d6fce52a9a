package cadj.models.classifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.nn.Weights;
import cadj.models.FormulaWeights;
import cadj.models.preprocess.ResizeCrop;
import cadj.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetTest {
  /// Logits of a small ResNet of basic blocks, as torch 2.13 computes them in double precision.
  /// Picture and weights are by formula with seeds 1, 2, … in the order of the modules.
  private static final float[] LOGITS = {
    -0.3585572188696798f, 0.06965737376945752f, 0.0368506090059174f, -0.21031259873957314f,
    -0.3623552397176786f, 0.07403648395007704f, -0.007820293264958193f, -0.23348345639325083f
  };

  @Test
  void basicBlocks() {
    ResNet resnet =
        new ResNet(byFormula(2), new ResNetConfig(false, List.of(2, 1), List.of(6, 8), 5, 4));
    Tensor logits = resnet.forward(FormulaWeights.tensor(1, 1, 0, 2, 3, 17, 19));
    assertArrayEquals(LOGITS, logits.toFloats(), 2e-6f);
  }

  private static Weights byFormula(int firstSeed) {
    int[] seed = {firstSeed};
    return Weights.of(
        (key, shape) -> {
          String name = key.substring(key.lastIndexOf('.') + 1);
          boolean norm = shape.rank() == 1 && !key.startsWith("fc");
          float scale =
              switch (name) {
                case "weight" -> norm ? 0.2f : shape.rank() == 2 ? 0.5f : 0.3f;
                case "running_var" -> 0.25f;
                default -> 0.1f;
              };
          float shift = (norm && name.equals("weight")) || name.equals("running_var") ? 1 : 0;
          return FormulaWeights.tensor(seed[0]++, scale, shift, shape.toArray());
        });
  }

  @Test
  void wantsThreeChannels() {
    ResNet resnet = new ResNet(byFormula(1), new ResNetConfig(false, List.of(1), List.of(2), 2, 2));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> resnet.forward(Tensor.of(new float[64], 1, 1, 8, 8)))
            .getMessage();
    assertEquals("resnet: expected 3 channels (dim 1), got [1,1,8,8]", message);
  }

  /// Names and contents are not of torchvision's files here, but for the names of some.
  @ParameterizedTest
  @CsvSource({
    "resnet18-f37072fd.pth, false, 256",
    "resnet50-0676ba61.pth, true, 256",
    "resnet50-19c8e357.pth, true, 256",
    "resnet50-11ad3fa6.pth, true, 232",
    "resnet152-f82ba261.safetensors, true, 232",
    "mine.pth, true, 232",
    "mine.pth, false, 256"
  })
  void preprocessingOfPublishedWeights(
      String name, boolean bottleneck, int resize, @TempDir Path temp) throws IOException {
    Path file = Files.writeString(temp.resolve(name), "weights");
    ResizeCrop found =
        PublishedResNets.preprocessing(
            file, new ResNetConfig(bottleneck, List.of(1), List.of(2), 2, 2));
    assertSame(resize == 232 ? ResizeCrop.TORCHVISION_V2 : ResizeCrop.TORCHVISION_V1, found);
    assertEquals(resize, found.resize());
  }
}
