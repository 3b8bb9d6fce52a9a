package cadj.kernels.emulator;

import static cadj.kernels.emulator.Trial.ATTENTION;
import static cadj.kernels.emulator.Trial.ATTENTION_GRADIENTS;
import static cadj.kernels.emulator.Trial.ATTENTION_ROUNDED;
import static cadj.kernels.emulator.Trial.ATTENTION_WIDE;
import static cadj.kernels.emulator.Trial.CONVOLUTION;
import static cadj.kernels.emulator.Trial.CONVOLUTION_TF32;
import static cadj.kernels.emulator.Trial.EMBEDDING_BACKWARD;
import static cadj.kernels.emulator.Trial.GROUP_NORM;
import static cadj.kernels.emulator.Trial.LAYER_NORM;
import static cadj.kernels.emulator.Trial.LIKELIHOOD;
import static cadj.kernels.emulator.Trial.PRODUCT;
import static cadj.kernels.emulator.Trial.PRODUCT_AHEAD;
import static cadj.kernels.emulator.Trial.PRODUCT_OF_HALVES;
import static cadj.kernels.emulator.Trial.PRODUCT_OF_WEIGHTS;
import static cadj.kernels.emulator.Trial.SILU;
import static cadj.kernels.emulator.Trial.SOFTMAX;
import static cadj.kernels.emulator.Trial.SUM_OF_COLUMNS;
import static cadj.kernels.emulator.Trial.TRANSPOSE;
import static cadj.kernels.emulator.Trial.UPSAMPLE_BACKWARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.run.EmulatorException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/// Mistakes made on purpose in shipped kernels, one at a time, and how each is caught: by a check
/// of the emulator, or because the result is wrong.
class SeededBugsTest {
  private static final String RACE = "with no barrier in between";
  private static final String BEYOND = "of global memory: ";
  private static final String UNWRITTEN = "that nobody has written";
  private static final String UNDEFINED = "which it has not written";
  private static final String WRONG = "wrong result";

  static final List<SeededBug> BUGS =
      List.of(
          new SeededBug(
              "no barrier before warps read each other's sums",
              SOFTMAX,
              "softmax.ptx",
              "softmax_forward (",
              "bar.sync 0;",
              "",
              UNWRITTEN),
          new SeededBug(
              "lanes always exchange with their neighbour",
              SOFTMAX,
              "softmax.ptx",
              "softmax_forward (",
              "%other_s, %s, %step,",
              "%other_s, %s, 1,",
              WRONG),
          new SeededBug(
              "a sum that nobody sets to zero",
              SOFTMAX,
              "softmax.ptx",
              "softmax_forward (",
              "mov.f32 %s, 0f00000000;",
              "",
              UNDEFINED),
          new SeededBug(
              "one element beyond the end of a row",
              SOFTMAX,
              "softmax.ptx",
              "\nNEXT:",
              "setp.ge.u32 %p_done, %i, %count;",
              "setp.gt.u32 %p_done, %i, %count;",
              BEYOND),
          new SeededBug(
              "all lanes but the first write the warp's sum",
              SOFTMAX,
              "softmax.ptx",
              "softmax_forward (",
              "@$p_first st.shared",
              "@!$p_first st.shared",
              RACE),
          new SeededBug(
              "operands of the difference swapped",
              SOFTMAX,
              "softmax.ptx",
              "WRITE_QUADS:",
              "sub.rn.f32 %v$k, %v$k, %m;",
              "sub.rn.f32 %v$k, %m, %v$k;",
              WRONG),
          new SeededBug(
              "steps of 12 bytes where 16 are read",
              SOFTMAX,
              "softmax.ptx",
              "softmax_forward (",
              "mul.wide.u32 %stride, %threads, 16;",
              "mul.wide.u32 %stride, %threads, 12;",
              RACE),
          new SeededBug(
              "rows beyond the last are worked on",
              SOFTMAX,
              "softmax.ptx",
              "softmax_forward (",
              "selp.u32 %count, %width, 0, %p_row;",
              "mov.u32 %count, %width;",
              BEYOND),
          new SeededBug(
              "the maximum is not subtracted from the old one",
              SOFTMAX,
              "softmax.ptx",
              ".macro new_maximum",
              "sub.rn.f32 %d, %m, %base;",
              "mov.f32 %d, 0f00000000;",
              WRONG),
          new SeededBug(
              "four elements are counted as one",
              LAYER_NORM,
              "layernorm.ptx",
              "layernorm_forward (",
              "add.rn.f32 %new_n, %n, 0f40800000;",
              "add.rn.f32 %new_n, %n, 0f3F800000;",
              WRONG),
          new SeededBug(
              "statistics of rows that do not exist are written",
              LAYER_NORM,
              "layernorm.ptx",
              "layernorm_forward (",
              "and.pred %p_first, %p_first, %p_row;",
              "",
              BEYOND),
          new SeededBug(
              "shared memory for four warps of eight",
              LAYER_NORM,
              "layernorm.ptx",
              "layernorm_forward (",
              "warp_m2[8];",
              "warp_m2[4];",
              "of the block's shared memory: there are"),
          new SeededBug(
              "no barrier in the tree over lanes",
              SUM_OF_COLUMNS,
              "sum.ptx",
              ".macro lanes_barrier",
              "bar.sync 0;",
              "",
              UNWRITTEN),
          new SeededBug(
              "the barrier only for lanes that still add",
              SUM_OF_COLUMNS,
              "sum.ptx",
              "sum_columns (",
              "bar.sync 0;\n  setp.lt.u32 %p_active, %lane, %step;\n  @!%p_active bra HALVES;",
              "setp.lt.u32 %p_active, %lane, %step;\n  @!%p_active bra HALVES;\n  bar.sync 0;",
              "wait at this barrier"),
          new SeededBug(
              "a partner that does not lie as far away as it should",
              SUM_OF_COLUMNS,
              "sum.ptx",
              "sum_columns (",
              "shl.b32 %theirs, %step, %log_width;",
              "mov.b32 %theirs, %step;",
              RACE),
          new SeededBug(
              "the fourth column is read without asking whether it is there",
              SUM_OF_COLUMNS,
              "sum.ptx",
              ".macro load_far",
              "@%p_c3 $op",
              "$op",
              BEYOND),
          new SeededBug(
              "no barrier between storing a tile and using it",
              PRODUCT,
              "gemm.ptx",
              ".macro gemm_tile(",
              "bar.sync 0;",
              "",
              RACE),
          new SeededBug(
              "one place for tiles instead of two in turn",
              PRODUCT,
              "gemm.ptx",
              ".macro gemm_tile(",
              "sub.u32 %other, $tile_bytes, %store;",
              "mov.u32 %other, %store;",
              UNWRITTEN),
          new SeededBug(
              "tiles overlap",
              PRODUCT,
              "gemm.ptx",
              ".macro gemm_tile(",
              "sub.u32 %store, $tile_bytes, %store;",
              "sub.u32 %store, $(tile_bytes - 16), %store;",
              UNWRITTEN),
          new SeededBug(
              "a run beyond the matrix counts as whole",
              PRODUCT,
              "gemm.ptx",
              ".func (.reg .s32 %count) gemm_count",
              "selp.s32 %count, %count, 0, %p_exists;",
              "",
              BEYOND),
          new SeededBug(
              "every element of a run is written, there or not",
              PRODUCT,
              "gemm.ptx",
              ".func gemm_put (",
              "@%p_exists st.global",
              "st.global",
              RACE),
          new SeededBug(
              "two products with the same columns",
              PRODUCT_OF_HALVES,
              "gemm_mma.ptx",
              ".macro gemm_mma_row(",
              "$list(%b, 2*j, 2)",
              "$list(%b, 0, 2)",
              WRONG),
          new SeededBug(
              "registers of A in another order",
              PRODUCT_OF_HALVES,
              "gemm_mma.ptx",
              ".macro gemm_tile(",
              "{$list(%a, 0, 4)}, [%a_at",
              "{%a0, %a2, %a1, %a3}, [%a_at",
              WRONG),
          new SeededBug(
              "rows of a tile 40 bytes apart, not 48",
              PRODUCT_OF_HALVES,
              "gemm_mma.ptx",
              ".macro gemm_tile(",
              "mad.lo.u32 %a_read, %row, $pitch, %a_read;",
              "mad.lo.u32 %a_read, %row, $(pitch - 8), %a_read;",
              "which is no multiple of 16"),
          new SeededBug(
              "nobody waits for the copies",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_tile(",
              "cp.async.wait_group $(stages - 2);",
              "",
              UNWRITTEN),
          new SeededBug(
              "one tile fewer is waited for",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_tile(",
              "cp.async.wait_group $(stages - 2);",
              "cp.async.wait_group $(stages - 1);",
              UNWRITTEN),
          new SeededBug(
              "rounds without copies commit no group",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_tile(",
              "COPIED:\n  cp.async.commit_group;",
              "  cp.async.commit_group;\nCOPIED:",
              WRONG),
          new SeededBug(
              "no barrier between the copies' arrival and their use",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_tile(",
              "bar.sync 0;",
              "",
              RACE),
          new SeededBug(
              "a tile is used before its copies are there",
              CONVOLUTION_TF32,
              "conv_image_mma.ptx",
              "STORE:",
              "cp.async.wait_all;",
              "",
              UNWRITTEN),
          new SeededBug(
              "no barrier between storing a tile and using it",
              CONVOLUTION_TF32,
              "conv_image_mma.ptx",
              "STORE:",
              "bar.sync 0;",
              "",
              RACE),
          new SeededBug(
              "copies begin anew one place early",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_tile(",
              "setp.eq.u32 %p, %put_place, $(stages*place_bytes);",
              "setp.eq.u32 %p, %put_place, $((stages - 1)*place_bytes);",
              UNWRITTEN),
          new SeededBug(
              "the second half of a tile goes where the first is",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_copy(",
              "[%to_tile+$(32*edge*copy)]",
              "[%to_tile]",
              UNWRITTEN),
          new SeededBug(
              "rows beyond the matrix are copied, too",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_copy(",
              "selp.s32 %present, %present, 0, %p;",
              "",
              BEYOND),
          new SeededBug(
              "chunks are read where they were not put",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              "// by ldmatrix\n",
              "xor.b32 %swap, %swap, $chunk;",
              "mov.b32 %swap, $chunk;",
              WRONG),
          new SeededBug(
              "the second 8 terms are the first once more",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_tile(",
              "xor.b32 %a_step, %a_now0, $(4*step);",
              "mov.b32 %a_step, %a_now0;",
              WRONG),
          new SeededBug(
              "the residual is left out",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".func gemm_put2 (",
              "@%p_added add.rn.f32 %r$i, %r$i, %residual$i;",
              "",
              WRONG),
          new SeededBug(
              "the residual is taken for C",
              PRODUCT_AHEAD,
              "gemm_async.ptx[layout=nt,stored_b=f32]",
              ".macro gemm_output(",
              "sub.u64 %beside, %beside, %c_base;",
              "mov.u64 %beside, 0;",
              UNWRITTEN),
          new SeededBug(
              "F16 weights are read as BF16",
              PRODUCT_OF_WEIGHTS,
              "gemm_async.ptx[layout=nt,stored_b=f16]",
              ".macro gemm_read_b(",
              "gemm_widen_$stored_b",
              "gemm_widen_bf16",
              WRONG),
          new SeededBug(
              "halves are counted as floats",
              PRODUCT_OF_WEIGHTS,
              "gemm_async.ptx[layout=nt,stored_b=f16]",
              ".macro gemm_copy(",
              "shl.b32 %present, %present, $log;",
              "shl.b32 %present, %present, 2;",
              "32 of 16 bytes"),
          new SeededBug(
              "weights are copied beyond the last term",
              CONVOLUTION_TF32,
              "conv_image_mma.ptx",
              "ROUND:",
              "selp.s32 %size, %bytes0, 0, %p;",
              "mov.s32 %size, %bytes0;",
              BEYOND),
          new SeededBug(
              "rows 8 to 15 and the second half of terms exchanged",
              CONVOLUTION_TF32,
              "conv_image_mma.ptx",
              "MULTIPLY:",
              "{%a0, %a1, %a2, %a3}, [%pixel_at",
              "{%a0, %a2, %a1, %a3}, [%pixel_at",
              WRONG),
          new SeededBug(
              "the second run is stored 4 pixels on, not 8",
              CONVOLUTION_TF32,
              "conv_weight_mma.ptx",
              ".macro conv_store_rounded",
              "8*k*pitch",
              "4*k*pitch",
              RACE),
          new SeededBug(
              "the same pixels of dy for both halves of the terms",
              CONVOLUTION_TF32,
              "conv_weight_mma.ptx",
              "MULTIPLY:",
              "h/2*4",
              "h/2*0",
              WRONG),
          new SeededBug(
              "values of the first image for each",
              CONVOLUTION,
              "conv_image.ptx",
              ".macro conv_put_row",
              "div.u32 %image, %place, %y_pixels;",
              "mov.u32 %image, 0;",
              WRONG),
          new SeededBug(
              "a line's end is seen as its padding",
              CONVOLUTION,
              "conv_image.ptx",
              ".macro conv_see(",
              "setp.lt.and.u32 %p_seen, %w$k, %width, %p_seen;",
              "",
              BEYOND),
          new SeededBug(
              "the first tap of a line is not gone back to",
              CONVOLUTION,
              "conv_image.ptx",
              ".macro conv_next_tap",
              "sub.s32 %w$k, %w$k, %back;",
              "",
              WRONG),
          new SeededBug(
              "images follow one another without end",
              CONVOLUTION,
              "conv_weight.ptx",
              ".macro conv_next_pixel",
              "mov.s32 %i$k, 0;",
              "",
              WRONG),
          new SeededBug(
              "taps of one row of the kernel only",
              CONVOLUTION,
              "conv_pack.ptx",
              ".macro conv_next_place",
              "@%p add.u32 %u, %u, 1;",
              "@%p add.u32 %u, %u, 2;",
              UNWRITTEN),
          new SeededBug(
              "no barrier between reading and writing a tile",
              TRANSPOSE,
              "copy.ptx",
              "copy_tiles (",
              "bar.sync 0;",
              "",
              UNWRITTEN),
          new SeededBug(
              "rows of 33 words written, of 32 read",
              TRANSPOSE,
              "copy.ptx",
              "// Write: element k",
              "mad.lo.u32 %cell, %lane, 33, %strip;",
              "mad.lo.u32 %cell, %lane, 32, %strip;",
              UNWRITTEN),
          new SeededBug(
              "rows and columns of the output exchanged",
              TRANSPOSE,
              "copy.ptx",
              "// Write: element k",
              "mad.lo.u32 %out_at, %row, %out_row, %out_at;",
              "mad.lo.u32 %out_at, %column, %out_row, %out_at;",
              BEYOND),
          new SeededBug(
              "pixels of the next part are counted, too",
              GROUP_NORM,
              "groupnorm.ptx",
              ".macro pixels_of_thread",
              "min.u32 %to, %to, %pixels;",
              "",
              BEYOND),
          new SeededBug(
              "a mean that nobody sets to zero",
              GROUP_NORM,
              "groupnorm.ptx",
              "groupnorm_channel_statistics (",
              ".expand zero(%mean)",
              "mov.f32 %mean0, 0f00000000; mov.f32 %mean1, 0f00000000; mov.f32 %mean2, 0f00000000;",
              UNDEFINED),
          new SeededBug(
              "no barrier in the tree over lanes",
              GROUP_NORM,
              "groupnorm.ptx",
              ".macro lanes_barrier",
              "bar.sync 0;",
              "",
              UNWRITTEN),
          new SeededBug(
              "warps read each other's sums before all are there",
              GROUP_NORM,
              "groupnorm_group.ptx",
              "groupnorm_forward_group (",
              "bar.sync 0;",
              "",
              UNWRITTEN),
          new SeededBug(
              "half of the warps are left out",
              GROUP_NORM,
              "groupnorm_group.ptx",
              "groupnorm_forward_group (",
              "mov.u32 %step, 8;",
              "mov.u32 %step, 4;",
              WRONG),
          new SeededBug(
              "a group's last row is left out",
              EMBEDDING_BACKWARD,
              "embedding.ptx",
              "embedding_backward (",
              "ld.global.nc.u64 %to, [%starts+8];",
              "ld.global.nc.u64 %to, [%starts+8]; sub.u64 %to, %to, 1;",
              WRONG),
          new SeededBug(
              "the group after the last",
              EMBEDDING_BACKWARD,
              "embedding.ptx",
              "embedding_backward (",
              "setp.ge.u32 %p_done, %item, %items;",
              "setp.gt.u32 %p_done, %item, %items;",
              BEYOND),
          new SeededBug(
              "one column of dy too many",
              UPSAMPLE_BACKWARD,
              "upsample.ptx",
              "\nNEXT_COLUMN:",
              "setp.lt.u32 %p_more, %j, %j_end;",
              "setp.le.u32 %p_more, %j, %j_end;",
              BEYOND),
          new SeededBug(
              "the sum of a row is not begun anew",
              UPSAMPLE_BACKWARD,
              "upsample.ptx",
              "\nNEXT_ROW:",
              ".expand zero(%row_sum)",
              "mov.f32 %row_sum1, %v1; mov.f32 %row_sum2, %v1; mov.f32 %row_sum3, %v1;",
              UNDEFINED),
          new SeededBug(
              "the barrier before the loop instead of in it",
              LIKELIHOOD,
              "nll.ptx",
              "nll_forward (",
              "NEXT_HALF:\n  bar.sync 0;",
              "bar.sync 0;\nNEXT_HALF:",
              RACE),
          new SeededBug(
              "all threads write the result",
              LIKELIHOOD,
              "nll.ptx",
              "nll_forward (",
              "@%p_mine st.global.f32 [%loss], %value;",
              "st.global.f32 [%loss], %value;",
              RACE),
          new SeededBug(
              "a store of the vector path where the tail is",
              SILU,
              "unary.ptx",
              "unary_forward (",
              "setp.le.u32 %p_whole, %end, %n;",
              "setp.ge.u32 %p_whole, %end, %n;",
              BEYOND),
          attention(
              ATTENTION,
              "no barrier before the weights are used",
              "\nSOFTMAX:",
              "bar.sync 0;",
              "",
              RACE),
          attention(
              ATTENTION,
              "no barrier before the tiles are overwritten",
              "\nNEXT:",
              "bar.sync 0; // before",
              "// before",
              RACE),
          attention(
              ATTENTION,
              "keys that are not there are seen",
              "\nSCALE:",
              "@!%p_bounded bra.uni SOFTMAX;",
              "bra.uni SOFTMAX;",
              WRONG),
          attention(
              ATTENTION,
              "the second columns are those of the first",
              "\n  // The tile's part",
              "$(8*c%piece*144)",
              "0",
              WRONG),
          attention(
              ATTENTION_ROUNDED,
              "no barrier before the tiles are overwritten",
              ".macro tiles_in()",
              "bar.sync 0;",
              "",
              RACE),
          attention(
              ATTENTION_ROUNDED,
              "nobody waits for what was asked for",
              ".macro tiles_in()",
              "cp.async.wait_all;",
              "",
              UNWRITTEN),
          attention(
              ATTENTION_ROUNDED,
              "keys are fetched for values, too",
              ".macro fetch_keys()",
              "ld.param.u64 %base, [v];",
              "",
              WRONG),
          attention(
              ATTENTION_ROUNDED,
              "weights in the order of scores",
              "\n  // The output:",
              "cvt.rna.tf32.f32 %w$(i+1), %s$(i+2);\n  cvt.rna.tf32.f32 %w$(i+2), %s$(i+1);",
              "cvt.rna.tf32.f32 %w$(i+1), %s$(i+1);\n  cvt.rna.tf32.f32 %w$(i+2), %s$(i+2);",
              WRONG),
          attention(
              ATTENTION_ROUNDED,
              "the second strip of queries does not shrink",
              "\nSOFTMAX:",
              "mul.rn.f32 %o$o, %o$o, %factor;",
              "mul.rn.f32 %o$(o%o_registers), %o$(o%o_registers), %factor;",
              WRONG),
          attention(
              ATTENTION_ROUNDED,
              "rows of a tile overlap",
              "\n.let $apart",
              "($row / 16 | 1) * 16",
              "$row - 16",
              RACE),
          attention(
              ATTENTION_WIDE,
              "no barrier between scores and weights",
              "\nSCORES:",
              "bar.sync 0;",
              "",
              RACE),
          attention(
              ATTENTION_WIDE,
              "weights go where a neighbour has yet to read scores",
              "\n  // For each row",
              "bar.warp.sync 0xffffffff;",
              "",
              RACE),
          attention(
              ATTENTION_WIDE,
              "all warps have the first columns",
              "\n  // What it reads",
              "mad.lo.u32 %value_read, %warp, $(columns*bytes), %value_read;",
              "",
              WRONG),
          attention(
              ATTENTION_WIDE,
              "the values of the first 8 keys for all",
              "\nOUTPUT:",
              "add.u64 %v_at, %v_at, %step8;",
              "",
              WRONG),
          gradients(
              "no barrier before the tiles are overwritten",
              "\nTILE:",
              "bar.sync 0; // before the tiles are overwritten",
              "",
              RACE),
          gradients(
              "keys after a query are seen",
              "\n.macro slopes(pass)",
              "@!%p bra.uni SEEN_$unique;",
              "bra.uni SEEN_$unique;",
              WRONG),
          gradients(
              "two dims of one key in place of one dim of two keys",
              "\n.macro gradients(",
              "{%b0, %b2}",
              "{%b0, %b1}",
              WRONG),
          gradients(
              "dv is summed over queries in place of their derivatives",
              "\n.macro pass(",
              "%p_factor, $tile_p, $(n*own_part), $tile_b2",
              "%p_factor, $tile_p, $(n*own_part), $tile_b1",
              WRONG),
          gradients(
              "one column too many is read",
              "\n.macro pass(",
              "setp.lt.s32 %p_column, %u, %columns;",
              "setp.le.s32 %p_column, %u, %columns;",
              BEYOND));

  /// In the derivatives of attention on tensor cores.
  private static SeededBug gradients(
      String name, String after, String right, String wrong, String caught) {
    String file = "attention_backward_mma.ptx[dim=40,factors=tf32]";
    return new SeededBug(name, ATTENTION_GRADIENTS, file, after, right, wrong, caught);
  }

  /// In attention forward.
  private static SeededBug attention(
      Trial trial, String name, String after, String right, String wrong, String caught) {
    String file =
        switch (trial) {
          case ATTENTION_ROUNDED -> "attention_forward_mma.ptx[dim=40,factors=tf32]";
          case ATTENTION_WIDE -> "attention_forward_mma_wide.ptx[dim=512,factors=bf16]";
          default -> "attention_forward.ptx[columns=64]";
        };
    return new SeededBug(name, trial, file, after, right, wrong, caught);
  }

  /// An emulated GPU that makes of each file what `change` does.
  private static Gpu gpu(Trial trial, UnaryOperator<PtxSource> change) {
    MatmulPrecision matmul =
        switch (trial) {
          case PRODUCT_OF_HALVES, ATTENTION_WIDE -> MatmulPrecision.MEDIUM;
          case ATTENTION_ROUNDED, ATTENTION_GRADIENTS, PRODUCT_AHEAD, PRODUCT_OF_WEIGHTS ->
              MatmulPrecision.HIGH;
          default -> MatmulPrecision.HIGHEST;
        };
    return new Gpu(
        new Changed(change), null, null, new Precision(matmul, trial == CONVOLUTION_TF32));
  }

  @ParameterizedTest
  @EnumSource
  void withoutBugsAllIsWell(Trial trial) {
    try (Gpu gpu = gpu(trial, UnaryOperator.identity())) {
      assertTrue(trial.agrees(gpu));
    }
  }

  @ParameterizedTest
  @FieldSource("BUGS")
  void isCaught(SeededBug bug) {
    String caught;
    try (Gpu gpu = gpu(bug.trial(), bug::in)) {
      caught = bug.trial().agrees(gpu) ? "nothing" : WRONG;
    } catch (EmulatorException e) {
      caught = e.getMessage().contains(bug.caught()) ? bug.caught() : e.getMessage();
    }
    assertEquals(bug.caught(), caught);
  }

  @Test
  void nearlyAllAreCaught() {
    long missed = BUGS.stream().filter(bug -> bug.caught().equals("nothing")).count();
    assertTrue(BUGS.size() >= 20 && missed <= BUGS.size() * 0.05, () -> missed + " are missed");
  }

  /// The emulator, with files that are changed before they are loaded.
  private static final class Changed extends ForwardingDriver {
    private final UnaryOperator<PtxSource> change;

    Changed(UnaryOperator<PtxSource> change) {
      super(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL, 20_000_000));
      this.change = change;
    }

    @Override
    public long load(PtxSource source) {
      return super.load(change.apply(source));
    }
  }
}
