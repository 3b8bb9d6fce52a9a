package cadj.autograd.ops;

import static cadj.autograd.ops.Chunk.chunk;
import static cadj.autograd.ops.Expand.expand;
import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Permute.transpose;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Slice.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ViewsTest {
  private final Tensor image = Tensor.of(new float[48], 2, 6, 2, 2);

  @Test
  void viewsShareMemoryEvenWhenRecorded() {
    Tape.record(
        List.of(image),
        tape -> {
          for (Tensor view :
              List.of(
                  slice(image, 1, 2, 4),
                  permute(image, 0, 2, 3, 1),
                  transpose(image, 0, 1),
                  expand(slice(image, 0, 0, 1), 3, 6, 2, 2),
                  reshape(image, 2, 6, -1),
                  chunk(image, 2, 1).get(1))) {
            assertSame(image.storage(), view.storage(), view.layout().toString());
          }
          return null;
        });
  }

  @Test
  void reshapeCopiesWhatIsNotInRowMajorOrder() {
    assertNotSame(image.storage(), reshape(transpose(image, 0, 1), 12, 4).storage());
  }

  @Test
  void chunksAreAsManyAndAsLargeAsPyTorchs() {
    assertEquals(List.of(3, 3, 1), sizes(7, 3));
    assertEquals(List.of(2, 2), sizes(4, 3));
    assertEquals(List.of(1, 1), sizes(2, 5));
    assertEquals(List.of(0), sizes(0, 3));
  }

  private static List<Integer> sizes(int n, int chunks) {
    return chunk(Tensor.of(new float[n], n), chunks, 0).stream().map(t -> t.dim(0)).toList();
  }

  @Test
  void elementwiseResultsLieAsTheirInput() {
    Tensor nhwc = image.channelsLast();
    Tensor row = Tensor.of(new float[6], 1, 6, 1, 1);
    for (Tensor result :
        List.of(
            Pointwise.silu(nhwc),
            Affine.scale(nhwc, 2),
            Add.add(nhwc, row),
            Mul.mul(row, nhwc),
            Cat.cat(1, nhwc, nhwc))) {
      assertTrue(result.layout().isChannelsLast(), result.layout().toString());
    }
  }
}
