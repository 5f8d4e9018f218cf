"""Spreadsheets as bureaus send them: read, split into tables, understood row by row, imported or handed back."""
