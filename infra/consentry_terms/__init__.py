"""The compiler of terms: Cedar books, validated and evaluated row by row, become tables."""
