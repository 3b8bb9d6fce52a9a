package cadj.cad.method.closedform;

import cadj.autograd.graph.Tape;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// Text embeddings of prompts, in double.
public interface TextVectors {
  /// All of a prompt [S,d], those of start, end and padding included.
  DMatrixRMaj rows(String prompt);

  /// Where its last token stands among them; 0, the start token's place, for an empty prompt.
  int lastToken(String prompt);

  /// The last token's embedding [1,d].
  default DMatrixRMaj last(String prompt) {
    DMatrixRMaj rows = rows(prompt);
    return rows(rows, lastToken(prompt), 1);
  }

  /// `count` of `rows`, from number `from` on.
  static DMatrixRMaj rows(DMatrixRMaj rows, int from, int count) {
    return CommonOps_DDRM.extract(rows, from, from + count, 0, rows.numCols);
  }

  /// Those that a pipeline's denoiser gets.
  static TextVectors of(TextToImage pipeline) {
    TextEncoder text = pipeline.text();
    return new TextVectors() {
      @Override
      public DMatrixRMaj rows(String prompt) {
        // sizes of a picture do not enter a prompt's own embeddings
        Tensor all =
            Tape.noGrad(
                () -> Scope.keep("text vectors", () -> text.encode(List.of(prompt), 0, 0).text()));
        DMatrixRMaj rows = new DMatrixRMaj(all.dim(1), all.dim(2));
        rows.setData(all.toDoubles());
        return rows;
      }

      @Override
      public int lastToken(String prompt) {
        return text.lastToken(prompt);
      }
    };
  }
}
